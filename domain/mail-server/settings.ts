// The settings of a mail server, and what must stay the same for a stored secret to be used with them.
import { z } from 'zod'

export const encryptions = ['implicit-tls', 'starttls', 'none'] as const
export const tlsVersions = ['TLSv1.2', 'TLSv1.3'] as const
export const authentications = ['none', 'password'] as const

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
  authentication: z.enum(authentications),
  username: z.string().nullable(),
  /** For one step of the dialogue. */
  timeoutSeconds: z.number(),
  ehloName: z.string().nullable(),
  proxy: z.object({ host: z.string(), port: z.number(), username: z.string().nullable() }).nullable(),
})
export type MailServerSettings = z.infer<typeof mailServerSettings>

/** Null means that none was given; whether a stored one is kept is for the caller to decide. */
export type MailServerSecrets = { password: string | null; proxyPassword: string | null }

/** Equal for two settings exactly when a password stored for one may be used with the other. */
export const connectionKey = ({ host, port, encryption, username }: MailServerSettings) =>
  JSON.stringify([host, port, encryption, username])

/** The same for the proxy's password. */
export const proxyKey = ({ proxy }: MailServerSettings) =>
  JSON.stringify(proxy && [proxy.host, proxy.port, proxy.username])
