// `npm start` and `npm run dev`: prepares what is missing, then serves, all in this one process.
import { buildIfStale, load, prepare, root } from './prepare.mjs'

process.chdir(root)
const dev = process.argv.includes('--dev')
process.env.NODE_ENV = dev ? 'development' : 'production'
try {
  await prepare()
  const { serve } = await load('server/serve')
  await serve({ dev, build: dev ? undefined : buildIfStale })
} catch (error) {
  // What an operator can mend is one sentence; anything else is a bug and shows its trace.
  console.error(error?.name === 'StartRefused' ? error.message : error)
  process.exit(1)
}
