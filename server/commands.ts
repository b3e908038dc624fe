// What the commands of `npm run admin` do once everything is asked for: in a process of their own or, where
// the embedded database belongs to a running Latchkey, in that one.
import { hostname, userInfo } from 'node:os'
import type { z } from 'zod'
import { accountsFound } from '@/domain/accounts/account-list'
import { emailField } from '@/domain/accounts/email-address'
import { setAddress } from '@/domain/accounts/email-change'
import { disableFactor } from '@/domain/accounts/factor-change'
import { newPasswordField } from '@/domain/accounts/password'
import { resetLinkToken } from '@/domain/accounts/password-reset'
import { createAdministrator, setupToken } from '@/domain/accounts/setup'
import { unlock } from '@/domain/accounts/sign-in'
import { codeOf } from '@/domain/links/link-code'
import { tokenOf } from '@/domain/links/link-token'
import { landingPage } from '@/domain/outbox/landing-page'
import { Refusal } from '@/lib/refusal'
import type { Answer, Said } from './answer'
import { checkServers } from './check-servers'
import { exportDeclaration } from './declared/export'
import { examineRunning } from './doctor'
import { rotate } from './rotate-keys'
import { sentenceOf } from './sentence'
import { snapshot } from './snapshot'
import { verify } from './verify-audit'

/** Runs one command. A refusal is an answer in words; only a bug rejects. */
export async function runCommand(name: string, args: string[]): Promise<Answer> {
  const command = commands[name]
  if (!command) return { lines: [`There is no command "${name}".`], failed: true }
  try {
    return { failed: false, ...(await command(...args)) }
  } catch (error) {
    if (error instanceof Error && error.name === 'StartRefused')
      return { lines: [error.message], failed: true }
    if (!(error instanceof Refusal)) throw error
    return { lines: [await sentenceOf(error.code, error.options.values)], failed: true }
  }
}

/** Who the audit names: the person at the keyboard of the machine. */
const actor = { id: null, email: `${userInfo().username}@${hostname()} (command line)`, address: null }

const commands: Record<string, (...args: string[]) => Promise<Said>> = {
  async 'create-admin'(email, password) {
    const address = await checked(emailField, email)
    await createAdministrator({ email: address, password: await checked(newPasswordField, password) }, actor)
    return { lines: [`${address} is a system administrator now.`] }
  },
  async 'setup-link'() {
    const token = await setupToken(actor)
    if (!token) return { lines: ['There is a system administrator already.'], failed: true }
    const link = landingPage('setup', token)
    return { lines: [link], data: { link } }
  },
  async 'reset-link'(email) {
    const token = await tokenOf(await resetLinkToken(await checked(emailField, email), actor))
    const link = landingPage('reset-password', token)
    return { lines: [link], data: { link, code: codeOf(token) } }
  },
  async unlock(email) {
    const address = await checked(emailField, email)
    await unlock(address, actor)
    return { lines: [`${address} can try to sign in again.`] }
  },
  async 'set-email'(email, newEmail) {
    const address = await checked(emailField, newEmail)
    await setAddress(await checked(emailField, email), address, actor)
    return { lines: [`The account has the address ${address} now. It is signed out everywhere.`] }
  },
  async list(...search) {
    const { accounts, more } = await accountsFound(search.join(' '))
    const lines = accounts.map(({ email, name, role, state, tenant, lastSignInAt }) =>
      [email, name, role, state, tenant, lastSignInAt?.toISOString() ?? 'never signed in']
        .filter(Boolean)
        .join('  '),
    )
    if (accounts.length === 0) lines.push('There are none.')
    if (more) lines.push('There are more: search for one.')
    return { lines, data: { accounts, more } }
  },
  async 'disable-factor'(email) {
    const address = await checked(emailField, email)
    await disableFactor(address, actor)
    return { lines: [`${address} signs in with the password alone until a new second factor is set up.`] }
  },
  async config(what) {
    if (what !== 'export') return { lines: ['config check | config export'], failed: true }
    return { lines: (await exportDeclaration()).trimEnd().split('\n') }
  },
  async doctor() {
    return examineRunning()
  },
  async check() {
    const lines: string[] = []
    const fine = await checkServers(line => lines.push(line))
    return { lines, failed: !fine }
  },
  'verify-audit': seal => verify(seal),
  'rotate-keys': async () => ({ lines: await rotate(actor) }),
  // Of a running Latchkey, by `backup`.
  snapshot: () => snapshot(actor),
  // These open what they need themselves, and are loaded by nobody else.
  backup: async (file = '', passphrase = '') => (await import('./backup')).backUp(file, passphrase, actor),
  restore: async (file = '', passphrase = '') => (await import('./restore')).restore(file, passphrase, actor),
  'move-to-postgres': async url => (await import('./move')).moveToPostgres(url, actor),
  'move-to-embedded': async () => (await import('./move')).moveToEmbedded(actor),
}

/** The value if it is fine. @throws Refusal with the code of what is wrong, as the forms have it */
async function checked<Schema extends z.ZodType>(schema: Schema, value = ''): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new Refusal(parsed.error.issues[0]?.message ?? 'wrong')
}
