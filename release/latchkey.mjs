// The way into a release, where everything is built: `bin/latchkey start`, `worker`, `admin …`, or the same by npm.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const usage = `latchkey COMMAND

  start       serve, send mail, and all that belongs to it
  worker      only send mail, for more machines on the same PostgreSQL
  admin …     recovery and administration at the machine; alone it lists what it can do
  version     say which version this is`

const root = fileURLToPath(new URL('.', import.meta.url))
const text = file => readFileSync(path.join(root, file), 'utf8')
const { version, engines } = JSON.parse(text('package.json'))

const commands = {
  async start() {
    // Built beforehand, so there is no configuration to work out: Next takes the one that it was built with.
    const { config } = JSON.parse(text('.next/required-server-files.json'))
    process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(config)
    const { serve } = await import('./generated/serve.mjs')
    await serve()
  },
  worker: () => import('./generated/worker.mjs'),
  admin: () => {
    // What a command answers should not stand among news of the database.
    process.env.LOG_LEVEL ||= 'warn'
    return import('./generated/admin.mjs')
  },
  version: async () => console.log(`Latchkey ${version}`),
}

const [name = '', ...rest] = process.argv.slice(2)
const [major, minor] = process.versions.node.split('.').map(Number)
const command = Object.hasOwn(commands, name) ? commands[name] : undefined
if (major < 20 || (major === 20 && minor < 19))
  end(`Latchkey needs Node.js ${engines.node}; this is ${process.versions.node}.`)
if (!command) end(usage)

// What is named is meant from where the command was given; our own files are looked for from here.
for (const [name, value] of Object.entries(process.env))
  if (value && /^(DATA_DIR|LATCHKEY_CONFIG|\w+_FILE)$/.test(name)) process.env[name] = path.resolve(value)
// Beside the release nothing is declared: it is looked for where the command was given.
if (!process.env.LATCHKEY_CONFIG && existsSync('latchkey.yaml'))
  process.env.LATCHKEY_CONFIG = path.resolve('latchkey.yaml')
process.env.INIT_CWD ??= process.cwd()
process.chdir(root)
process.argv.splice(2, process.argv.length, ...rest)
process.env.NODE_ENV = 'production'
process.env.NEXT_TELEMETRY_DISABLED = '1'
try {
  await command()
} catch (error) {
  // What an operator can mend is one sentence; anything else is a bug and shows its trace.
  end(error?.name === 'StartRefused' ? error.message : error)
}

function end(said) {
  console.error(said)
  process.exit(1)
}
