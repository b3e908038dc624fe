// Runs one of the commands written in TypeScript: `node scripts/run.mjs worker`.
import { compileMailsIfStale, load, prepare, root } from './prepare.mjs'

process.chdir(root)
const [command, ...rest] = process.argv.slice(2)
process.argv.splice(2, process.argv.length, ...rest)
process.env.NODE_ENV ??= 'production'
// What a command answers should not stand among news of the database.
if (command === 'admin') process.env.LOG_LEVEL ||= 'warn'
try {
  await prepare({
    developing: ['bench', 'chaos', 'proof', 'release', 'new-migration', 'release-dump'].includes(command),
  })
  if (command === 'worker') compileMailsIfStale()
  if (command === 'worker' || command === 'admin') await load(`scripts/${command}`)
  else await (await import('tsx/esm/api')).tsImport(`./${command}.ts`, import.meta.url)
} catch (error) {
  // What an operator can mend is one sentence; anything else is a bug and shows its trace.
  console.error(error?.name === 'StartRefused' ? error.message : error)
  process.exit(1)
}
