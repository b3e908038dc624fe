// Access tokens for a mail server: bought from its OAuth 2.0 server, and kept while they are good.
import { askForToken, type TokenAnswer } from './oauth-endpoint'
import type { MailServerSecrets, MailServerSettings } from './settings'

export type AccessToken = {
  value: string
  /** Seconds from now on. Null if the server did not say. */
  validFor: number | null
  /** The status of the token endpoint; null for a token that was kept from before. */
  status: number | null
}

export type TokenOptions = {
  /** Names these settings and secrets. Tokens are kept, and requests for them shared, only with it. */
  versionKey?: string
  /** A token that the mail server has refused: one kept from before must be another. */
  refused?: string
  /** Who holds the refresh token. By default the one of the secrets is spent, and what comes in its place is lost. */
  inTurn?: InTurn
  /** Whether the token endpoint must be one that the whole world can see */
  publicOnly?: boolean
}

/**
 * Spends the refresh token that is good now: it may be good for one time only (RFC 6749 §6), so of all who hold it
 * one spends it at a time, and keeps the one that came in its place before the access token is used.
 */
export type InTurn = (spend: (held: string) => Promise<TokenAnswer>) => Promise<TokenAnswer>

type Bought = TokenAnswer & { expiresAt: number }

/** A cache and nothing more: whoever does not find a token here buys one. By version key. */
const kept = new Map<string, Promise<Bought>>()

/** A token is left alone this many seconds before it ends: it must last for the dialogue that it is used in. */
const reserve = 60

/**
 * An access token for the mailbox of the settings, by refresh token (RFC 6749 §6) or client credentials
 * (§4.4). Takes at most `timeoutSeconds`. The request goes straight to the token endpoint, not through the
 * SMTP proxy. Two that ask for the same version at once share one request, for a refresh token may be good
 * for one time only.
 * @throws TokenRefusal
 */
export async function accessToken(
  settings: MailServerSettings,
  secrets: MailServerSecrets,
  { versionKey, refused, inTurn, publicOnly }: TokenOptions = {},
): Promise<AccessToken> {
  const buyNow = () => buy(settings, secrets, inTurn, publicOnly)
  if (versionKey === undefined) return told(await buyNow())
  for (;;) {
    const known = kept.get(versionKey)
    const token = await known
    if (token && token.accessToken !== refused && secondsUntil(token.expiresAt) > reserve)
      return { ...told(token), status: null }
    // Meanwhile another may have begun to ask.
    if (kept.get(versionKey) === known) break
  }
  const asked = buyNow()
  keep(versionKey, asked)
  return told(await asked)
}

async function buy(
  settings: MailServerSettings,
  secrets: MailServerSecrets,
  inTurn: InTurn = spend => spend(secrets.refreshToken ?? ''),
  publicOnly = false,
): Promise<Bought> {
  const { grant, scopes } = settings.oauth ?? {}
  const scope: Record<string, string> = scopes ? { scope: scopes } : {}
  if (grant === 'client-credentials')
    return withEnd(await askForToken(settings, secrets, 'client_credentials', scope, publicOnly))
  return withEnd(
    await inTurn(held =>
      askForToken(settings, secrets, 'refresh_token', { refresh_token: held, ...scope }, publicOnly),
    ),
  )
}

/** Of a token whose end the server does not tell, nobody knows how long it is good: it is used once. */
const withEnd = (answer: TokenAnswer): Bought => ({
  ...answer,
  expiresAt: performance.now() + (answer.validFor ?? 0) * 1000,
})

function keep(versionKey: string, asked: Promise<Bought>) {
  // Versions come and go; what they leave behind is small, but must not grow for ever.
  if (kept.size >= 1000) kept.delete(kept.keys().next().value ?? '')
  kept.set(versionKey, asked)
  asked.catch(() => {
    if (kept.get(versionKey) === asked) kept.delete(versionKey)
  })
}

const told = ({ accessToken, validFor, expiresAt, status }: Bought): AccessToken => ({
  value: accessToken,
  validFor: validFor === null ? null : Math.round(secondsUntil(expiresAt)),
  status,
})

const secondsUntil = (moment: number) => (moment - performance.now()) / 1000
