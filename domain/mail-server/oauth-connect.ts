// A person agrees, once, that mail is sent in their name: the authorization code grant (RFC 6749 §4.1) with PKCE (RFC 7636).
import { calculatePKCECodeChallenge } from 'oauth4webapi'
import { askForToken, TokenRefusal } from '@/domain/smtp/oauth-endpoint'
import type { MailServerSecrets, MailServerSettings } from '@/domain/smtp/settings'
import { Refusal } from '@/lib/refusal'

/**
 * Where to send the administrator's browser. `state` and `codeVerifier` are random, kept by the caller for
 * the way back, and never used twice; `redirectUri` must be the one that is registered with the provider.
 * @throws Refusal oauth-authorization-url-missing
 */
export async function authorizationUrl(
  { oauth, username }: MailServerSettings,
  { redirectUri, state, codeVerifier }: { redirectUri: string; state: string; codeVerifier: string },
): Promise<string> {
  if (!oauth?.authorizationUrl) throw new Refusal('oauth-authorization-url-missing')
  const url = new URL(oauth.authorizationUrl)
  const parameters = {
    response_type: 'code',
    client_id: oauth.clientId,
    redirect_uri: redirectUri,
    scope: oauth.scopes,
    state,
    code_challenge: await calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    ...(username && { login_hint: username }),
    ...habitsOf(url, oauth.scopes),
  }
  for (const [name, value] of Object.entries(parameters)) if (value) url.searchParams.set(name, value)
  return url.href
}

/**
 * Exchanges the code that the browser came back with for a refresh token. The caller has compared `state`.
 * @throws Refusal oauth-code-rejected, oauth-client-rejected, oauth-scope-rejected, oauth-endpoint-failed,
 * oauth-no-refresh-token
 */
export async function redeemCode(
  settings: MailServerSettings,
  secrets: MailServerSecrets,
  {
    code,
    codeVerifier,
    redirectUri,
    publicOnly = false,
  }: { code: string; codeVerifier: string; redirectUri: string; publicOnly?: boolean },
): Promise<string> {
  try {
    const parameters = { code, code_verifier: codeVerifier, redirect_uri: redirectUri }
    const { refreshToken } = await askForToken(
      settings,
      secrets,
      'authorization_code',
      parameters,
      publicOnly,
    )
    if (refreshToken === null) throw new Refusal('oauth-no-refresh-token')
    return refreshToken
  } catch (error) {
    if (error instanceof TokenRefusal) throw new Refusal(refusals[error.reason])
    throw error
  }
}

const refusals = {
  grant: 'oauth-code-rejected',
  client: 'oauth-client-rejected',
  scope: 'oauth-scope-rejected',
  endpoint: 'oauth-endpoint-failed',
} as const

/** How the two large providers want to be asked for a refresh token. */
function habitsOf({ hostname }: URL, scopes: string): Record<string, string> {
  // Google gives one only for `offline`, and the second time only if the person agrees anew.
  if (hostname === 'accounts.google.com') return { access_type: 'offline', prompt: 'consent' }
  // Microsoft gives one only for this scope.
  if (hostname.startsWith('login.microsoftonline.') && !scopes.split(' ').includes('offline_access'))
    return { scope: `${scopes} offline_access`.trim() }
  return {}
}
