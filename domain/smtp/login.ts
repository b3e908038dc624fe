// The step `auth`: a password or an access token, and never in clear unless that is wanted.
import { authenticate, shapesOf } from './authentication'
import { authenticateWithToken, requireTokenMechanism, tokenShapes } from './authentication-token'
import { decided, SubmissionError } from './failure'
import { asciiHost } from './host'
import { type AccessToken, accessToken, type InTurn, type TokenOptions } from './oauth'
import { TokenRefusal } from './oauth-endpoint'
import type { Facts, Protocol } from './protocol'
import { base64 } from './sasl'
import type { MailServerSecrets, MailServerSettings } from './settings'
import type { Dialogue } from './wire'

/** What is kept of tokens beyond this one submission. */
export type TokenKeeping = Pick<TokenOptions, 'versionKey' | 'inTurn' | 'publicOnly'>

/** Signs in as the settings say, and fills `facts` with how. Rejects if the server does not let us in. */
export async function signIn(
  session: Dialogue,
  settings: MailServerSettings,
  secrets: MailServerSecrets,
  record: Protocol,
  facts: Facts,
  keeping: TokenKeeping,
): Promise<void> {
  const { wire, extensions } = session
  // Refused here and not left to the server: when it says no, everybody on the way has read the credentials.
  if (settings.encryption === 'none') {
    if (!settings.credentialsInClear)
      throw decided('auth-in-clear-refused', { starttls: extensions.has('STARTTLS') ? 'yes' : 'no' })
    record.note('Signing in without encryption, as the settings allow it')
  }
  const offered = extensions.get('AUTH') ?? []
  facts.mechanisms = offered
  facts.mechanism =
    settings.authentication === 'oauth2'
      ? await withToken(session, settings, secrets, record, facts, keeping)
      : await authenticate(wire, offered, settings.username ?? '', secrets.password ?? '')
}

async function withToken(
  { wire, extensions }: Dialogue,
  settings: MailServerSettings,
  secrets: MailServerSecrets,
  record: Protocol,
  facts: Facts,
  keeping: TokenKeeping,
): Promise<string> {
  const offered = extensions.get('AUTH') ?? []
  requireTokenMechanism(offered) // no token is bought for a server that wants none
  const identity = {
    username: settings.username ?? '',
    host: asciiHost(settings.host),
    port: settings.port,
  }
  const obtain = async (refused?: string) => {
    const token = await tokenFor(settings, secrets, record, facts, { ...keeping, refused })
    record.hide(tokenShapes(identity, token.value))
    return token
  }
  const first = await obtain()
  try {
    return await authenticateWithToken(wire, offered, identity, first.value, record)
  } catch (refusal) {
    // A token that was kept may have been withdrawn meanwhile; one fresh from the press has not.
    if (first.status !== null || !isRefusal(refusal)) throw refusal
    record.note('The access token kept from before was refused')
    const second = await obtain(first.value)
    return await authenticateWithToken(wire, offered, identity, second.value, record).catch(error => {
      // Some servers leave after a refusal. Then the refusal is what there is to tell.
      throw error instanceof SubmissionError && error.failure.kind === 'closed' ? refusal : error
    })
  }
}

const isRefusal = (error: unknown) =>
  error instanceof SubmissionError && error.failure.kind === 'reply' && error.failure.reply.code >= 500

/** Gets a token, and tells in transcript and facts where from; a refusal becomes a cause. */
async function tokenFor(
  settings: MailServerSettings,
  secrets: MailServerSecrets,
  record: Protocol,
  facts: Facts,
  options: TokenOptions,
): Promise<AccessToken> {
  const endpoint = endpointOf(settings)
  facts.tokenEndpoint = endpoint
  const hide = (token: string) => record.hide([token, encodeURIComponent(token), base64(token)])
  const holder: InTurn = options.inTurn ?? (spend => spend(secrets.refreshToken ?? ''))
  const inTurn: InTurn = spend =>
    holder(async held => {
      hide(held)
      const answer = await spend(held)
      if (answer.refreshToken !== null && answer.refreshToken !== held) {
        hide(answer.refreshToken)
        record.note('The OAuth 2.0 server gave another refresh token, which replaces the one before')
      }
      return answer
    })
  try {
    const token = await accessToken(settings, secrets, { ...options, inTurn })
    const valid =
      token.validFor === null ? 'without saying how long it is valid' : `valid ${token.validFor} s`
    facts.token = token.status === null ? `kept from before, ${valid}` : `${token.status}, ${valid}`
    record.note(
      token.status === null
        ? `Using the access token kept from before, ${valid}`
        : `Asked ${endpoint} for an access token: ${facts.token}`,
    )
    return token
  } catch (error) {
    if (!(error instanceof TokenRefusal)) throw error
    const { reason, code, words } = error
    facts.token = record.blank(words ?? code)
    record.note(`Asked ${endpoint} for an access token: ${words ?? code}`)
    const reply = words === null ? '' : record.blank(words)
    if (reason === 'grant') throw decided('oauth-grant-expired', { code, reply })
    throw decided('oauth-token-rejected', { reason, code, reply })
  }
}

/** The address without anything that could be secret. */
function endpointOf({ oauth }: MailServerSettings) {
  const { origin, pathname } = new URL(oauth?.tokenUrl ?? 'about:blank')
  return `${origin}${pathname}`
}

/** Every shape in which a secret of the settings crosses a wire. */
export function secretShapes(settings: MailServerSettings, secrets: MailServerSecrets): string[] {
  const { clientSecret, refreshToken } = secrets
  const bare = [clientSecret, refreshToken].filter(secret => secret !== null)
  return [
    ...shapesOf(settings.username, secrets.password),
    ...shapesOf(settings.proxy?.username ?? null, secrets.proxyPassword),
    ...(clientSecret ? [base64(`${settings.oauth?.clientId}:${clientSecret}`)] : []),
    ...bare.flatMap(secret => [base64(secret), encodeURIComponent(secret), secret]),
  ]
}
