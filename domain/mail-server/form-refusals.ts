// What the mail server form refuses: by length before anything looks into it, and by a code for each reason.

/** What a field may hold at most, in characters: a 1 MB paste is refused before anything looks into it. */
export const longest = {
  name: 100,
  provider: 50,
  mailFrom: 320,
  replyTo: 320,
  host: 300,
  port: 10,
  encryption: 20,
  minTlsVersion: 20,
  trustedCa: 200_000,
  pinnedCertificate: 200,
  authentication: 20,
  username: 320,
  password: 4096,
  credentialsInClear: 10,
  oauthGrant: 20,
  oauthAuthorizationUrl: 2048,
  oauthTokenUrl: 2048,
  oauthClientId: 255,
  oauthScopes: 2048,
  clientSecret: 2048,
  refreshToken: 8192,
  timeoutSeconds: 10,
  ehloName: 255,
  useProxy: 10,
  proxyType: 10,
  proxyHost: 300,
  proxyPort: 10,
  proxyUsername: 320,
  proxyPassword: 1024,
} as const
export type MailServerField = keyof typeof longest

/** Every code that the form can refuse with: the keys of the messages namespace `mailServerInvalid`. */
export const mailServerRefusals = [
  'too-long',
  'control-characters',
  'name-required',
  'mail-from-required',
  'mail-from-invalid',
  'reply-to-invalid',
  'host-required',
  'host-invalid',
  'host-lookalike',
  'host-is-address',
  'port-required',
  'port-range',
  'encryption-unknown',
  'tls-version-unknown',
  'ca-private-key',
  'ca-not-pem',
  'ca-unreadable',
  'ca-too-many',
  'authentication-unknown',
  'username-required',
  'fingerprint-invalid',
  'fingerprint-md5',
  'fingerprint-sha1',
  'oauth-grant-unknown',
  'oauth-token-url-required',
  'oauth-token-url-invalid',
  'oauth-token-url-insecure',
  'oauth-authorization-url-invalid',
  'oauth-authorization-url-insecure',
  'oauth-client-id-required',
  'oauth-scopes-invalid',
  'timeout-range',
  'ehlo-name-invalid',
  'proxy-type-unknown',
  'proxy-host-required',
  'proxy-host-invalid',
  'proxy-port-required',
  'proxy-port-range',
] as const
export type MailServerRefusal = (typeof mailServerRefusals)[number]

/** The fields as they were sent, each within its length. */
export type Form = Record<MailServerField, string>
export type Refuse = (field: MailServerField, message: MailServerRefusal) => void

/** The text if it is one of the choices; else tells, and goes on with the first, which nobody will see. */
export function choice<const T extends string>(text: string, choices: readonly T[], refuse: () => void): T {
  const chosen = choices.find(each => each === text)
  if (chosen === undefined) refuse()
  return chosen ?? choices[0]!
}
