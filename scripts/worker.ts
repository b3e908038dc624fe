// `npm run worker`: a worker alone, for more machines on the same PostgreSQL.
import { env } from '@/lib/env'
import { log } from '@/lib/log'
import { StartRefused } from '@/lib/start-refused'
import { boot } from '@/server/boot'
import { endWith } from '@/server/end-with'

if (!env().databaseUrl)
  throw new StartRefused(
    'npm run worker needs DATABASE_URL: the embedded database has room for one process, and npm start works in it already.',
  )
endWith(async () => (await booting).stop(), env().shutdownSeconds)
const booting = boot({ worker: true, web: false })
await booting
log.info('the worker is ready')
