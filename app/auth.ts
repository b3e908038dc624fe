// The one place that knows next-auth. Everything else asks who the viewer is.
import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import type { NextAuthOptions } from 'next-auth'
import { decode, encode, type JWT } from 'next-auth/jwt'
import CredentialsProvider from 'next-auth/providers/credentials'
import { cache } from 'react'
import { missingFactorUntil } from '@/domain/accounts/factor-policy'
import { knownDevice, markDevice, readMarks, writeMarks } from '@/domain/accounts/known-device'
import { passkeyMinutes } from '@/domain/accounts/passkey-sign-in'
import { type MoreWanted, pendingMinutes } from '@/domain/accounts/pending-sign-in'
import { signOut as endSession, type Opened, type Origin, viewerOf } from '@/domain/accounts/session'
import { Credentials, signIn } from '@/domain/accounts/sign-in'
import { actingMinutes, endSignInAs } from '@/domain/accounts/sign-in-as'
import { longestSessionDays } from '@/domain/settings/installation'
import type { Viewer } from '@/domain/viewer'
import { now } from '@/lib/clock'
import { env } from '@/lib/env'
import { keyring } from '@/lib/keyring'
import { log } from '@/lib/log'
import { Refusal } from '@/lib/refusal'
import { readTimeZone, timeZoneCookie } from '@/lib/time-zone'
import { settledInstallation } from './installation'

/** The database says when a session ends; its cookie is there for as long as that can be. */
const maxAge = longestSessionDays * 24 * 3600
const secure = () => env().appUrl.startsWith('https:')
const markSeconds = 365 * 24 * 3600
const markName = () => `${secure() ? '__Secure-' : ''}latchkey.known-device`
const pendingName = () => `${secure() ? '__Secure-' : ''}latchkey.pending-sign-in`
const passkeyName = () => `${secure() ? '__Secure-' : ''}latchkey.passkey-sign-in`
const actingName = () => `${secure() ? '__Secure-' : ''}latchkey.signed-in-as`
const cookieName = () => `${secure() ? '__Secure-' : ''}next-auth.session-token`

/** Whose browser this is: whoever has signed in in it, whomever they are signed in as. */
export const ownPerson = cache(async (): Promise<Viewer | null> => {
  const cookie = (await cookies()).get(cookieName())?.value
  const sessionId = cookie && (await readCookie(cookie))?.sessionId
  return sessionId ? viewerOf(sessionId, (await origin()).address) : null
})

/**
 * Whoever is signed in in this browser, or null, also one who has to set up a second factor before anything else.
 * One look at the session's row per request. An administrator who is signed in as somebody else is that person, for
 * as long as the session beside their own lasts.
 */
export const signedInPerson = cache(async (): Promise<Viewer | null> => {
  const own = await ownPerson()
  const acting = own && (await cookies()).get(actingName())?.value
  const other = acting ? await viewerOf(acting, own.address) : null
  return other?.actedBy?.sessionId === own?.sessionId ? other : own
})

/** Until when whoever is signed in has to set up a second factor; null for whoever has not. */
export const missingFactor = cache(async (): Promise<Date | null> => {
  const person = await ownPerson()
  return person && missingFactorUntil(person, (await settledInstallation()).secondFactor)
})

/** Whether nothing is open to the person but to set up a second factor. */
export async function mustSetUpFactor(): Promise<boolean> {
  const until = await missingFactor()
  return until !== null && until <= now()
}

/** The viewer of this request, or null. Who has to set up a second factor first is nobody until then. */
export const currentViewer = cache(
  async (): Promise<Viewer | null> => ((await mustSetUpFactor()) ? null : signedInPerson()),
)

/** The viewer, or a turn by way of the sign-in page or to where a second factor is set up. */
export async function requireViewer(): Promise<Viewer> {
  if (await mustSetUpFactor()) redirect('/profile/security')
  return requirePerson()
}

/** The same, also for one who has to set up a second factor first: for the page where they do. */
export async function requirePerson(): Promise<Viewer> {
  const viewer = await signedInPerson()
  if (viewer) return viewer
  const asked = (await headers()).get('x-path')
  redirect(asked && asked !== '/' ? `/login?next=${encodeURIComponent(asked)}` : '/login')
}

/**
 * Hands a session to the browser; whoever was signed in there before is signed out.
 * @throws Refusal other-address where the browser would not keep it
 */
export async function keepSession({ token, userId }: Opened): Promise<void> {
  if (!(await cookiesHold())) {
    const viewer = await viewerOf(token, (await origin()).address)
    if (viewer) await endSession(viewer)
    throw new Refusal('other-address', { values: { url: env().appUrl } })
  }
  const before = await ownPerson()
  if (before) await endSession(before)
  await renewCookie(token)
  ;(await cookies()).delete(actingName())
  await keepMark(userId)
}

/** Hands the browser the new opaque id of the session that it has. */
export async function renewCookie(sessionId: string): Promise<void> {
  const value = await encode({ token: { sessionId }, secret: newestSecret(), maxAge })
  ;(await cookies()).set(cookieName(), value, { ...cookieOptions(), maxAge })
}

/** Lets the browser be somebody else's too, beside whoever has signed in in it. */
export async function keepActing(sessionId: string): Promise<void> {
  const options = { ...cookieOptions(), maxAge: actingMinutes * 60 }
  ;(await cookies()).set(actingName(), sessionId, options)
}

/** Goes back to whoever has signed in in the browser. */
export async function dropActing(): Promise<void> {
  const viewer = await signedInPerson()
  if (viewer?.actedBy) await endSignInAs(viewer)
  ;(await cookies()).delete(actingName())
}

/**
 * Keeps for a few minutes that the password of an account was right. Whoever is signed in in the browser stays so.
 * @throws Refusal other-address where the browser would not keep it
 */
export async function keepPending({ pending }: MoreWanted): Promise<void> {
  if (!(await cookiesHold())) throw new Refusal('other-address', { values: { url: env().appUrl } })
  const jar = await cookies()
  jar.set(pendingName(), pending, { ...cookieOptions(), sameSite: 'strict', maxAge: pendingMinutes * 60 })
}

/** The opaque id of the sign-in that waits in this browser for a second factor or a new password; empty where there is none. */
export const pendingSignIn = async (): Promise<string> => (await cookies()).get(pendingName())?.value ?? ''

/** It is finished, or given up. */
export const dropPending = async (): Promise<void> => {
  ;(await cookies()).delete(pendingName())
}

/** Keeps what a passkey is to sign in the place of a password, until the answer comes. */
export async function keepPasskeyQuestion(sealed: string): Promise<void> {
  const options = { ...cookieOptions(), sameSite: 'strict', maxAge: passkeyMinutes * 60 } as const
  ;(await cookies()).set(passkeyName(), sealed, options)
}

/** The same, once; empty where nothing was asked. */
export async function takePasskeyQuestion(): Promise<string> {
  const jar = await cookies()
  const sealed = jar.get(passkeyName())?.value ?? ''
  jar.delete(passkeyName())
  return sealed
}

/** Lets the browser show later that an account has proved here who it is, see `knownDevice`. */
export async function keepMark(userId: string): Promise<void> {
  const jar = await cookies()
  const kept = (await marks()).filter(mark => !knownDevice([mark], userId))
  jar.set(markName(), writeMarks([markDevice(userId), ...kept]), { ...cookieOptions(), maxAge: markSeconds })
}

const marks = async () => readMarks((await cookies()).get(markName())?.value ?? '')
const cookieOptions = () => ({ httpOnly: true, sameSite: 'lax', secure: secure(), path: '/' }) as const

/**
 * Whether a cookie that we set now would come back: not in a browser that came without encryption to an
 * installation that people open with it.
 */
async function cookiesHold(): Promise<boolean> {
  const from = (await headers()).get('origin')
  return !secure() || !from?.startsWith('http:')
}

/** Whether this browser came to another address than the one that people open. Behind a proxy only it knows. */
export async function atOtherAddress(): Promise<boolean> {
  const list = await headers()
  return list.get('x-client-direct') === 'yes' && list.get('host') !== new URL(env().appUrl).host
}

/** Ends the viewer's session here and in the database. */
export async function dropSession(): Promise<void> {
  await dropActing()
  const viewer = await ownPerson()
  if (viewer) await endSession(viewer)
  ;(await cookies()).delete(cookieName())
}

/** The time zone that the browser says it is in; null while no script of ours has run there. */
export const browserTimeZone = async (): Promise<string | null> =>
  readTimeZone((await cookies()).get(timeZoneCookie)?.value)

/** Where the request comes from. The address is set by our own server, whatever the client claims. */
export async function origin(): Promise<Origin> {
  const list = await headers()
  return {
    address: list.get('x-client-address') ?? '',
    device: list.get('user-agent') ?? '',
    marks: await marks(),
    timeZone: await browserTimeZone(),
  }
}

/** The settings of next-auth's own routes, which programs may use instead of the form at `/login`. */
export const authOptions = (): NextAuthOptions => ({
  secret: newestSecret(),
  session: { strategy: 'jwt', maxAge },
  useSecureCookies: secure(),
  pages: { signIn: '/login', signOut: '/profile', error: '/login' },
  jwt: { decode: ({ token }) => readCookie(token ?? '') },
  providers: [
    CredentialsProvider({
      credentials: { email: { type: 'email' }, password: { type: 'password' } },
      async authorize(given) {
        const typed = Credentials.safeParse(given)
        if (!typed.success) return null
        try {
          const { email, password } = typed.data
          const { token, userId } = await signIn(email, password, await origin())
          await keepMark(userId)
          return { id: token }
        } catch (error) {
          if (error instanceof Refusal) return null
          // Its message would go into an address: what it was is for the log.
          log.error({ error: String(error) }, 'signing in failed')
          throw new Error('unavailable')
        }
      },
    }),
  ],
  callbacks: {
    // Whatever a program sends as the address to return to.
    redirect: ({ url, baseUrl }) =>
      typeof url === 'string' && URL.canParse(url, baseUrl) && new URL(url, baseUrl).origin === baseUrl
        ? new URL(url, baseUrl).href
        : baseUrl,
    // The cookie holds the opaque id of a session and nothing about its owner.
    jwt: ({ token, user }) => (user ? { sessionId: user.id } : token),
    async session({ session, token }) {
      const viewer = token.sessionId ? await viewerOf(String(token.sessionId), '') : null
      return { expires: session.expires, user: viewer ? { email: viewer.email } : undefined }
    },
  },
  events: {
    async signOut({ token }) {
      const viewer = token?.sessionId
        ? await viewerOf(String(token.sessionId), (await origin()).address)
        : null
      if (viewer) await endSession(viewer)
    },
  },
})

const newestSecret = () => keyring().sessionSecrets[0] ?? ''

/** With each key in turn, so that a rotation of the keys signs nobody out. */
async function readCookie(token: string): Promise<(JWT & { sessionId?: string }) | null> {
  for (const secret of keyring().sessionSecrets) {
    const read = await decode({ token, secret }).catch(() => null)
    if (read) return read
  }
  return null
}
