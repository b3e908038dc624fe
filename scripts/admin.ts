// `npm run admin -- COMMAND`: recovery and administration at the machine, without a browser.
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import { env } from '@/lib/env'
import { StartRefused } from '@/lib/start-refused'
import type { Answer } from '@/server/answer'
import { openAsItIs, openForCommand } from '@/server/boot'
import { askRunning } from '@/server/command-socket'
import { runCommand } from '@/server/commands'
import { checkDeclared } from '@/server/declared/config-file'
import { examine } from '@/server/doctor'

const usage = `npm run admin -- COMMAND

  create-admin [EMAIL]   make a system administrator; asks for what is missing,
                         at the keyboard or line by line from a pipe
  setup-link             print the link that makes the first system administrator
  reset-link EMAIL       print a link that sets a new password, valid for one hour
  unlock EMAIL           forget the failed sign-ins of an account
  set-email EMAIL NEW    give an account another address at once, when its mailbox is gone
  list [SEARCH]          the accounts with these words in address or name; without any,
                         the system administrators
  disable-factor EMAIL   remove the second factor of an account that has lost it
  config check           read latchkey.yaml (or LATCHKEY_CONFIG) and MAIL_SERVER_URL, change nothing,
                         and say what is wrong with its line; ends with 1 if anything is
  config export          print the installation as such a file, without its secrets
  doctor                 look at all that Latchkey stands on: each thing is fine, or what to do;
                         ends with 1 if anything is wrong
  check                  go to every enabled mail server as far as the sender, send nothing;
                         says the cause of a failure, and ends with 1 if there is one
  verify-audit [SEAL]    check that the audit is as it was written, and end with 1 if it is not;
                         SEAL is one that was noted before, as this command prints it
  rotate-keys            seal all secrets again under the newest key, and say which older keys
                         can go; the generated file of keys gets a new one by itself
  backup FILE            write everything to a file that a passphrase opens, while Latchkey runs,
                         and read it back; the passphrase is asked for, or LATCHKEY_PASSPHRASE
  restore FILE           bring such a file into an empty database: that of DATABASE_URL, or a new
                         one in DATA_DIR
  move-to-postgres URL   copy everything from the embedded database in DATA_DIR, stopped, to an
                         empty one of a server; without URL to that of DATABASE_URL
  move-to-embedded       copy everything from DATABASE_URL to a new embedded database in DATA_DIR

  --json                 print one line of JSON instead: what was found, or {"ok", "lines"}`

let keyboard: ReturnType<typeof readKeyboard> | undefined

const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } })
const [command = '', email, ...rest] = positionals

/** Where questions are asked: a program wants nothing but the answer on the usual output. */
const aside = values.json ? process.stderr : process.stdout

/** What each command must know; what is missing is asked for. */
const gather: Record<string, () => Promise<string[]>> = {
  'create-admin': async () => [email ?? (await ask('Email: ')), await ask('Password: ', true)],
  'setup-link': async () => [],
  'reset-link': async () => [email ?? ''],
  unlock: async () => [email ?? ''],
  'set-email': async () => [email ?? '', rest[0] ?? ''],
  list: async () => positionals.slice(1),
  'disable-factor': async () => [email ?? ''],
  config: async () => positionals.slice(1),
  doctor: async () => [],
  check: async () => [],
  'verify-audit': async () => [email ?? ''],
  'rotate-keys': async () => [],
  backup: async () => [email ?? '', await passphrase('twice')],
  restore: async () => [email ?? '', await passphrase('once')],
  'move-to-postgres': async () => [email ?? ''],
  'move-to-embedded': async () => [],
}

/** These open what they need themselves. */
const onTheirOwn = ['backup', 'restore', 'move-to-postgres', 'move-to-embedded']

/** What these find wrong is what they were asked for. */
const reports = ['check', 'verify-audit', 'doctor', 'config']

const args = await gather[command]?.()
if (!args) throw new StartRefused(usage)
const { lines, failed, data } = await run(command, args)
if (values.json) console.log(JSON.stringify(data ?? { ok: !failed, lines }))
else for (const line of lines) (failed && !reports.includes(command) ? console.error : console.log)(line)
process.exit(failed ? 1 : 0)

async function checkConfig(): Promise<Answer> {
  const { declared, problems } = await checkDeclared()
  const { file, settings, mailServers, tenants } = declared
  const fine = `${file ?? 'No file'}: settings ${Object.keys(settings).length}, mail servers ${mailServers.length}, tenants ${tenants.length}.`
  return {
    lines: problems.length > 0 ? problems : [fine],
    failed: problems.length > 0,
    data: { file, problems },
  }
}

/** In the running Latchkey if the embedded database is its; else here. */
async function run(name: string, args: string[]): Promise<Answer> {
  // What is declared where the command is run, and it needs no database.
  if (name === 'config' && args[0] === 'check') return checkConfig()
  if (onTheirOwn.includes(name)) return runCommand(name, args)
  const { databaseUrl, dataDir } = env()
  const answer = databaseUrl ? null : await askRunning(dataDir, [name, ...args])
  if (answer) return answer
  // What does not start can be looked at all the same.
  if (name === 'doctor') return examine(openAsItIs)
  const close = await openForCommand()
  try {
    return await runCommand(name, args)
  } finally {
    await close()
  }
}

/** From LATCHKEY_PASSPHRASE, a pipe or the keyboard: there a new one is typed twice, since what it locks nobody else opens. */
async function passphrase(times: 'once' | 'twice'): Promise<string> {
  const given = env().passphrase
  if (given !== null) return given
  const typed = await ask('Passphrase: ', true)
  if (times === 'twice' && process.stdin.isTTY && (await ask('Once more: ', true)) !== typed)
    throw new StartRefused('The two are not the same: nothing was written.')
  return typed
}

/** One line from the keyboard or a pipe; a password is not shown while it is typed. */
async function ask(question: string, secret = false): Promise<string> {
  aside.write(question)
  keyboard ??= readKeyboard()
  keyboard.muted = secret
  const { value = '' } = await keyboard.lines.next()
  if (secret) aside.write('\n')
  return value.trim()
}
function readKeyboard() {
  const state = { muted: false }
  const output = new Writable({
    write(chunk, encoding, done) {
      if (!state.muted) aside.write(chunk, encoding)
      done()
    },
  })
  const terminal = createInterface({ input: process.stdin, output, terminal: process.stdin.isTTY })
  return Object.assign(state, { lines: terminal[Symbol.asyncIterator]() })
}
