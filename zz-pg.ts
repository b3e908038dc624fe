import { writeFileSync } from 'node:fs'
import { startPostgres } from './lib/testing/postgres'
const p = await startPostgres()
writeFileSync('/tmp/qaweb/pgurl', await p.create('q'))
process.on('SIGTERM', () => p.stop().then(() => process.exit(0)))
setInterval(() => {}, 1000)
