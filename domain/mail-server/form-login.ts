// The part of the mail server form that is about signing in: who, how, and with which secrets.

import {
  authentications,
  type MailServerSecrets,
  type MailServerSettings,
  noSecrets,
  oauthGrants,
  secretsUsed,
} from '@/domain/smtp/settings'
import { isLoopback } from '@/lib/addresses'
import { choice, type Form, type MailServerField, type Refuse } from './form-refusals'

type Login = Pick<MailServerSettings, 'authentication' | 'username' | 'oauth'>

/** OAuth 2.0 wants a username too: with XOAUTH2 it says in whose mailbox the mail is sent. */
export function readLogin(form: Form, refuse: Refuse): Login {
  const authentication = choice(form.authentication.trim() || 'none', authentications, () =>
    refuse('authentication', 'authentication-unknown'),
  )
  const username = form.username.trim() || null
  if (authentication === 'none') return { authentication, username: null, oauth: null }
  if (username === null) refuse('username', 'username-required')
  return { authentication, username, oauth: authentication === 'oauth2' ? readOauth(form, refuse) : null }
}

/** Null for those that were left empty or that the settings have no use for. */
export function readSecrets(form: Form, settings: MailServerSettings): MailServerSecrets {
  const used = secretsUsed(settings)
  // Tokens and client secrets hold no white space, a password may.
  const typed: MailServerSecrets = {
    password: form.password || null,
    proxyPassword: form.proxyPassword || null,
    clientSecret: form.clientSecret.trim() || null,
    refreshToken: form.refreshToken.trim() || null,
  }
  return Object.fromEntries(
    Object.keys(noSecrets).map(name => {
      const secret = name as keyof MailServerSecrets
      return [name, used.includes(secret) ? typed[secret] : null]
    }),
  ) as MailServerSecrets
}

function readOauth(form: Form, refuse: Refuse): MailServerSettings['oauth'] {
  const grant = choice(form.oauthGrant.trim() || 'refresh-token', oauthGrants, () =>
    refuse('oauthGrant', 'oauth-grant-unknown'),
  )
  const clientId = form.oauthClientId.trim()
  if (clientId === '') refuse('oauthClientId', 'oauth-client-id-required')
  return {
    grant,
    // Nobody agrees to anything where a program signs in on its own account (RFC 6749 §4.4).
    authorizationUrl: grant === 'refresh-token' ? readUrl(form, 'oauthAuthorizationUrl', refuse) : null,
    tokenUrl: readUrl(form, 'oauthTokenUrl', refuse) ?? '',
    clientId,
    scopes: readScopes(form.oauthScopes, refuse),
  }
}

/** Client secret and code travel in it, so TLS is a must (RFC 6749 §3.1, §3.2); only to this machine itself it is not. */
function readUrl(
  form: Form,
  field: MailServerField & ('oauthTokenUrl' | 'oauthAuthorizationUrl'),
  refuse: Refuse,
): string | null {
  const prefix = field === 'oauthTokenUrl' ? 'oauth-token-url' : 'oauth-authorization-url'
  const text = form[field].trim()
  if (text === '') {
    if (field === 'oauthTokenUrl') refuse(field, 'oauth-token-url-required')
    return null
  }
  const url = /^https?:\/\/[^/\s]/i.test(text) && URL.canParse(text) ? new URL(text) : null
  // No fragment, says RFC 6749, and a login in front of the host would be stored in clear.
  if (!url || `${url.hash}${url.username}${url.password}` !== '') refuse(field, `${prefix}-invalid`)
  else if (url.protocol === 'http:' && !isLoopback(url.hostname)) refuse(field, `${prefix}-insecure`)
  return url?.href ?? null
}

/** RFC 6749 §3.3: printable ASCII without quotation mark and backslash, separated by single spaces. */
function readScopes(text: string, refuse: Refuse) {
  const scopes = text.trim().replace(/\s+/g, ' ')
  if (!/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(scopes)) refuse('oauthScopes', 'oauth-scopes-invalid')
  return scopes
}
