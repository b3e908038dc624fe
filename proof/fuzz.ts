// Anything that anybody may send, to everything that listens: never a fault of ours, never a stack trace.
import fc from 'fast-check'
import { signIn } from '@/bench/http'
import { newInstallation, startLatchkey } from '@/bench/stage'
import { demoAccounts } from '@/domain/accounts/demo-accounts'
import { addressLike, fault, filledIn, formsIn, rottenBody, type Sent, withHeaders } from './fuzz-inputs'

const publicPages = [
  '/login',
  '/forgot-password',
  '/code',
  '/activate/x',
  '/reset-password/x',
  '/confirm-email/x',
  '/not-me/x',
  '/setup/x',
  '/login/factor',
  '/login/new-password',
]
const pages = [
  '/',
  '/profile',
  '/users',
  '/users/new',
  '/users/import',
  '/profile/security',
  '/tenants',
  '/customers',
  '/audit',
  '/password-rules',
  '/outbox',
  '/outbox/figures',
  '/inbox',
  '/settings',
  '/settings/mail',
  '/settings/mail/new',
  '/settings/mail/new?provider=custom',
  '/settings/mail/oauth',
  '/settings/mail/deliverability',
]
const patterns = [
  '/*',
  '/users/*',
  '/users/import/*',
  '/users/import/*/result',
  '/tenants/*',
  '/customers/*',
  '/outbox/*',
  '/inbox/*',
  '/inbox/*/html',
  '/logo',
  '/settings/mail/*',
  '/settings/mail/*/limits',
  '/settings/mail/*/history',
  '/api/test-mails/*',
  '/api/auth/*',
  ...publicPages.map(page => page.replace('/x', '/*')),
  ...pages.filter(page => !page.includes('?')),
]
const listeners = [
  '/api/link-opened',
  '/api/auth/csrf',
  '/api/auth/signout',
  '/api/auth/_log',
  '/api/trouble',
  '/login',
  '/code',
  '/profile',
  '/users/export',
  '/users/import/check',
  '/settings/disposable-domains',
  '/settings/logo',
  '/profile/security/passkey',
  '/login/factor/passkey',
  '/login/passkey',
  '/profile/security/passkey/proof',
  '/audit/export',
]

export type Result = { sent: number; slowest: number; found: Found[] }

export type Found = { what: string; path: string; fault: string; seed: number }

/** What is asked of a running Latchkey. */
type Visitor = { name: string; cookie: string; pages: string[] }

export type Campaign = {
  /** Inputs for each form, address and listener */
  each: number
  /** The same inputs with the same number */
  seed: number
  /** As whom; by default as nobody, and as everybody whom the demo knows */
  roles?: string[]
}

/**
 * Sends what nobody should to each form, address and listener.
 * @returns how many inputs, the slowest answer in milliseconds, and what was wrong
 */
export async function fuzz(url: string, { each, seed, roles }: Campaign): Promise<Result> {
  const result: Result = { sent: 0, slowest: 0, found: [] }
  const send = async ({ what, path, init }: Sent, visitor: Visitor) => {
    const headers = new Headers(init.headers)
    if (visitor.cookie && !headers.has('cookie')) headers.set('cookie', visitor.cookie)
    const begun = performance.now()
    const answer = await fetch(url + path, {
      ...init,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(30_000),
    }).catch(error => ({ status: 599, text: async () => String(error) }))
    const wrong = fault(answer.status, await answer.text())
    result.slowest = Math.max(result.slowest, performance.now() - begun)
    result.sent++
    if (wrong && result.found.length < 50)
      result.found.push({ what: `${visitor.name}: ${what}`, path: path.slice(0, 300), fault: wrong, seed })
  }
  const all = async (inputs: fc.Arbitrary<Sent>, visitor: Visitor) => {
    for (const input of fc.sample(inputs, { numRuns: each, seed: seed + result.sent }))
      await send(input, visitor)
  }
  for (const visitor of (await visitors(url)).filter(({ name }) => !roles || roles.includes(name))) {
    for (const page of visitor.pages) {
      const html = await (await fetch(url + page, { headers: { cookie: visitor.cookie } })).text()
      for (const form of formsIn(page, html)) {
        // Who leaves or is led out has nothing to send any more.
        if (form.path === '/sign-out' || !(await stillIn(url, visitor)))
          visitor.cookie = await cookieOf(url, visitor.name)
        await all(filledIn(form), visitor)
      }
      await all(withHeaders(page), visitor)
    }
    for (const pattern of patterns) await all(addressLike(pattern), visitor)
    for (const listener of listeners) await all(rottenBody(listener), visitor)
  }
  return result
}

async function visitors(url: string): Promise<Visitor[]> {
  const known = demoAccounts.map(
    async ({ role }): Promise<Visitor> => ({ name: role, cookie: await cookieOf(url, role), pages }),
  )
  return [{ name: 'nobody', cookie: '', pages: publicPages }, ...(await Promise.all(known))]
}

async function cookieOf(url: string, role: string): Promise<string> {
  const account = demoAccounts.find(one => one.role === role)
  return account ? signIn(url, account.email, account.password).catch(() => '') : ''
}

const stillIn = async (url: string, { cookie }: Visitor) =>
  cookie === '' ||
  (await fetch(`${url}/api/trouble`, { headers: { cookie }, redirect: 'manual' })).status === 200

/** Prints one line: so many inputs, the slowest answer, and what was wrong. */
export async function proveFuzz(): Promise<void> {
  const server = await startLatchkey(await newInstallation('postgres'))
  const each = Number(process.env.FUZZ_EACH ?? 200)
  const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000)
  const { sent, slowest, found } = await fuzz(server.url, { each, seed })
  process.stdout.write(
    `${JSON.stringify({ proof: 'fuzz', seed, each, sent, slowestMilliseconds: Math.round(slowest), found })}\n`,
  )
  await server.stop()
  if (found.length > 0) process.exitCode = 1
}
