// `npm run admin -- COMMAND`: recovery and administration at the machine, without a browser.
import { hostname, userInfo } from 'node:os'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import type { z } from 'zod'
import { emailField } from '@/domain/accounts/email-address'
import { tokenOf } from '@/domain/accounts/link-token'
import { newPasswordField } from '@/domain/accounts/password'
import { resetLinkToken } from '@/domain/accounts/password-reset'
import { createAdministrator } from '@/domain/accounts/setup'
import { unlock } from '@/domain/accounts/sign-in'
import { landingPage } from '@/domain/outbox/compose'
import { messagesFor } from '@/lib/i18n/locales'
import { Refusal } from '@/lib/refusal'
import { StartRefused } from '@/lib/start-refused'
import { openForCommand } from './boot'
import { checkServers } from './check-servers'

const usage = `npm run admin -- COMMAND

  create-admin [EMAIL]   make a system administrator; asks for what is missing,
                         at the keyboard or line by line from a pipe
  reset-link EMAIL       print a link that sets a new password, valid for one hour
  unlock EMAIL           forget the failed sign-ins of an account
  check                  go to every enabled mail server as far as the sender, send nothing;
                         says the cause of a failure, and ends with 1 if there is one

With the embedded database, stop Latchkey first: the database has room for one process.`

/** Who the audit names: the person at the keyboard of the machine. */
const actor = { id: null, email: `${userInfo().username}@${hostname()} (command line)`, address: null }

let keyboard: ReturnType<typeof readKeyboard> | undefined

const { positionals } = parseArgs({ allowPositionals: true, options: {} })
const [command = '', email] = positionals

const commands: Record<string, () => Promise<void>> = {
  async 'create-admin'() {
    const address = await checked(emailField, email ?? (await ask('Email: ')))
    const password = await checked(newPasswordField, await ask('Password (at least 8 characters): ', true))
    await withDatabase(() => createAdministrator({ email: address, password }, actor))
    console.log(`${address} is a system administrator now.`)
  },
  async 'reset-link'() {
    const address = await checked(emailField, email ?? '')
    const token = await withDatabase(async () => tokenOf(await resetLinkToken(address, actor)))
    console.log(landingPage('reset-password', token))
  },
  async unlock() {
    const address = await checked(emailField, email ?? '')
    await withDatabase(() => unlock(address))
    console.log(`${address} can try to sign in again.`)
  },
  async check() {
    const fine = await withDatabase(() => checkServers(console.log))
    if (!fine) process.exit(1)
  },
}

const run = commands[command]
if (!run) throw new StartRefused(usage)
await run()
process.exit(0)

async function withDatabase<T>(work: () => Promise<T>): Promise<T> {
  const close = await openForCommand()
  try {
    return await work()
  } catch (error) {
    if (error instanceof Refusal) throw new StartRefused(await sentence('refusals', error.code))
    throw error
  } finally {
    await close()
  }
}

async function checked<Schema extends z.ZodType>(schema: Schema, value: string): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new StartRefused(
    `${await sentence('invalid', parsed.error.issues[0]?.message ?? 'wrong')}\n\n${usage}`,
  )
}

async function sentence(namespace: string, code: string): Promise<string> {
  const messages = (await messagesFor('en')) as Record<string, Record<string, string>>
  return messages[namespace]?.[code] ?? code
}

/** One line from the keyboard or a pipe; a password is not shown while it is typed. */
async function ask(question: string, secret = false): Promise<string> {
  process.stdout.write(question)
  keyboard ??= readKeyboard()
  keyboard.muted = secret
  const { value = '' } = await keyboard.lines.next()
  if (secret) process.stdout.write('\n')
  return value.trim()
}
function readKeyboard() {
  const state = { muted: false }
  const output = new Writable({
    write(chunk, encoding, done) {
      if (!state.muted) process.stdout.write(chunk, encoding)
      done()
    },
  })
  const terminal = createInterface({ input: process.stdin, output, terminal: process.stdin.isTTY })
  return Object.assign(state, { lines: terminal[Symbol.asyncIterator]() })
}
