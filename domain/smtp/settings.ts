// The settings of a mail server, and the secrets that go with them.
import { z } from 'zod'

export const encryptions = ['implicit-tls', 'starttls', 'none'] as const
export const tlsVersions = ['TLSv1.2', 'TLSv1.3'] as const
export const authentications = ['none', 'password', 'oauth2'] as const
export const proxyTypes = ['http', 'socks5'] as const
export const oauthGrants = ['refresh-token', 'client-credentials'] as const

export const mailServerSettings = z.object({
  /** Preset id or `custom`. */
  provider: z.string(),
  /** `Name <a@b>` or `a@b`. */
  mailFrom: z.string(),
  replyTo: z.string().nullable(),
  host: z.string(),
  port: z.number(),
  encryption: z.enum(encryptions),
  minTlsVersion: z.enum(tlsVersions),
  /** PEM bundle, trusted beside the system's roots. */
  trustedCa: z.string().nullable(),
  /** SHA-256 of the one certificate that is accepted, as `AB:CD:…`; it replaces the check of chain, name and dates. */
  pinnedCertificate: z.string().nullable().default(null),
  authentication: z.enum(authentications),
  username: z.string().nullable(),
  /** Credentials may cross an unencrypted connection: only ever set by an administrator, for this server. */
  credentialsInClear: z.boolean().default(false),
  /** With `oauth2` only. */
  oauth: z
    .object({
      grant: z.enum(oauthGrants),
      /** Where a person agrees, for the refresh token; null if it is pasted. */
      authorizationUrl: z.string().nullable(),
      tokenUrl: z.string(),
      clientId: z.string(),
      /** Separated by spaces (RFC 6749 §3.3). */
      scopes: z.string(),
    })
    .nullable()
    .default(null),
  /** For one step of the dialogue. */
  timeoutSeconds: z.number(),
  ehloName: z.string().nullable(),
  proxy: z
    .object({
      type: z.enum(proxyTypes).default('http'),
      host: z.string(),
      port: z.number(),
      username: z.string().nullable(),
    })
    .nullable(),
})
export type MailServerSettings = z.infer<typeof mailServerSettings>

/** A server that asks for nothing: what the built-in inbox needs, and what tests start from. */
export const plainSettings = ({
  host,
  port,
}: Pick<MailServerSettings, 'host' | 'port'>): MailServerSettings => ({
  provider: 'custom',
  mailFrom: 'Latchkey <noreply@latchkey.test>',
  replyTo: null,
  host,
  port,
  encryption: 'none',
  minTlsVersion: 'TLSv1.2',
  trustedCa: null,
  pinnedCertificate: null,
  authentication: 'none',
  username: null,
  credentialsInClear: false,
  oauth: null,
  timeoutSeconds: 10,
  ehloName: null,
  proxy: null,
})

export const secretNames = ['password', 'proxyPassword', 'clientSecret', 'refreshToken'] as const
export type SecretName = (typeof secretNames)[number]

/** Null means that none was given; whether a stored one is kept is for the caller to decide. */
export type MailServerSecrets = Record<SecretName, string | null>
export const noSecrets: MailServerSecrets = {
  password: null,
  proxyPassword: null,
  clientSecret: null,
  refreshToken: null,
}

/** Which secrets the settings use at all; the others are not kept. */
export const secretsUsed = ({ authentication, proxy, oauth }: MailServerSettings): SecretName[] => [
  ...(authentication === 'password' ? (['password'] as const) : []),
  ...(authentication === 'oauth2' ? (['clientSecret'] as const) : []),
  ...(authentication === 'oauth2' && oauth?.grant === 'refresh-token' ? (['refreshToken'] as const) : []),
  ...(proxy?.username ? (['proxyPassword'] as const) : []),
]
