// One request to the token endpoint of an OAuth 2.0 server (RFC 6749 §3.2), and what its answer means.
import * as oauth from 'oauth4webapi'
import { isLoopback } from '@/lib/addresses'
import { publicFetch } from '@/lib/public-fetch'
import type { MailServerSecrets, MailServerSettings } from './settings'

export type TokenAnswer = {
  accessToken: string
  /** Given in place of the one before, or for a code; null if none came. */
  refreshToken: string | null
  /** Seconds. Null if the server does not say (RFC 6749 §5.1). */
  validFor: number | null
  status: number
}

/**
 * Why there is no token: the grant is no longer good, the client is not known, the scope is not allowed, or
 * the endpoint cannot be reached or does not speak OAuth 2.0. `words` are the server's own, null if it said
 * nothing; `code` is that of the socket or of `error` (RFC 6749 §5.2).
 */
export class TokenRefusal extends Error {
  override name = 'TokenRefusal'
  constructor(
    readonly reason: 'grant' | 'client' | 'scope' | 'endpoint',
    readonly code: string,
    readonly words: string | null,
  ) {
    super(`${reason}: ${words ?? code}`)
  }
}

type Heard = { status: number; error: string; words: string }

/** A token answer has a few thousand bytes; whoever sends more than this is no token endpoint. */
const longestAnswer = 256 * 1024

/**
 * Asks for a token, all in all for at most `timeoutSeconds`. A client secret is presented in the header
 * (client_secret_basic), and in the body if the server does not know the client that way; a client without
 * a secret is a public one. Goes straight to the endpoint and never through the SMTP proxy of the settings:
 * that one is made for the mail server alone.
 * @param publicOnly whether the endpoint must be one that the whole world can see
 * @throws TokenRefusal
 */
export async function askForToken(
  { oauth: settings, timeoutSeconds }: MailServerSettings,
  { clientSecret }: MailServerSecrets,
  grantType: 'refresh_token' | 'client_credentials' | 'authorization_code',
  parameters: Record<string, string>,
  publicOnly = false,
): Promise<TokenAnswer> {
  if (!settings) throw new TypeError('These settings have no OAuth 2.0')
  const url = new URL(settings.tokenUrl)
  const server = { issuer: url.origin, token_endpoint: url.href }
  const client = { client_id: settings.clientId }
  const ways = clientSecret
    ? [oauth.ClientSecretBasic(clientSecret), oauth.ClientSecretPost(clientSecret)]
    : [oauth.None()]
  const signal = AbortSignal.timeout(timeoutSeconds * 1000)
  for (const [at, way] of ways.entries()) {
    const heard: Heard = { status: 0, error: '', words: '' }
    try {
      const response = await oauth.genericTokenEndpointRequest(server, client, way, grantType, parameters, {
        signal,
        [oauth.allowInsecureRequests]: isLoopback(url.hostname),
        [oauth.customFetch]: (address, options) =>
          ask(address, options as RequestInit, heard, publicOnly ? publicFetch : fetch),
      })
      const answer = await oauth.processGenericTokenEndpointResponse(server, client, response)
      // What RFC 6750 §2.1 allows; anything else could end the line that it is sent in.
      if (!/^[\x21-\x7e]+$/.test(answer.access_token) || answer.token_type !== 'bearer')
        throw new TypeError('not a bearer token')
      return {
        accessToken: answer.access_token,
        refreshToken: answer.refresh_token ?? null,
        validFor: answer.expires_in ?? null,
        status: heard.status,
      }
    } catch (error) {
      const again = heard.error === 'invalid_client' && at + 1 < ways.length
      if (!again) throw refusal(error, heard)
    }
  }
  throw new TypeError('There is no way to present the client')
}

/** Notes what the server said before the library judges it, and leaves out what is not needed of the answer. */
async function ask(
  url: string,
  options: RequestInit,
  heard: Heard,
  request: typeof publicFetch,
): Promise<Response> {
  const response = await request(url, options)
  heard.status = response.status
  const body = await readLimited(response)
  const answer = parsed(body)
  const { error, error_description: description } = answer ?? {}
  heard.error = typeof error === 'string' ? error.slice(0, 100) : ''
  const words = [response.status, heard.error, typeof description === 'string' ? description : '']
  heard.words = words.filter(Boolean).join(' ').slice(0, 500)
  // Who has signed in does not matter here, and an identity token would only be one more thing to refuse.
  if (answer) delete answer.id_token
  return new Response(answer ? JSON.stringify(answer) : body, {
    status: response.status,
    headers: { 'content-type': answer ? 'application/json' : 'text/plain' },
  })
}

async function readLimited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > longestAnswer) throw new TypeError('too long an answer')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parsed(body: string): Record<string, unknown> | null {
  try {
    const answer = JSON.parse(body)
    return answer && typeof answer === 'object' && !Array.isArray(answer) ? answer : null
  } catch {
    return null
  }
}

/** RFC 6749 §5.2; the three that end in `_required` are Microsoft's, when only a person can go on. */
const meanings: Record<string, TokenRefusal['reason']> = {
  invalid_grant: 'grant',
  interaction_required: 'grant',
  login_required: 'grant',
  consent_required: 'grant',
  invalid_client: 'client',
  unauthorized_client: 'client',
  invalid_scope: 'scope',
}

function refusal(error: unknown, { status, error: said, words }: Heard): TokenRefusal {
  if (status > 0) return new TokenRefusal(meanings[said] ?? 'endpoint', said || String(status), words)
  const { name, cause } = error as Error & { cause?: { code?: string } }
  const code = name === 'TimeoutError' ? 'ETIMEDOUT' : (cause?.code ?? name)
  return new TokenRefusal('endpoint', code, null)
}
