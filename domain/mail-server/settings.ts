// The settings of a mail server, and the form they come from.
import { z } from 'zod'

export const mailServerSettings = z.object({
  /** Preset id or `custom`. */
  provider: z.string(),
  /** `Name <a@b>` or `a@b`. */
  mailFrom: z.string(),
  replyTo: z.string().nullable(),
  host: z.string(),
  port: z.number(),
  encryption: z.enum(['implicit-tls', 'starttls', 'none']),
  minTlsVersion: z.enum(['TLSv1.2', 'TLSv1.3']),
  /** PEM bundle, trusted beside the system's roots. */
  trustedCa: z.string().nullable(),
  authentication: z.enum(['none', 'password']),
  username: z.string().nullable(),
  /** For one step of the dialogue. */
  timeoutSeconds: z.number(),
  ehloName: z.string().nullable(),
  proxy: z.object({ host: z.string(), port: z.number(), username: z.string().nullable() }).nullable(),
})
export type MailServerSettings = z.infer<typeof mailServerSettings>
export type MailServerSecrets = { password: string | null; proxyPassword: string | null }

/** Equal for two settings exactly when a password stored for one may be used with the other. */
export const connectionKey = ({ host, port, encryption, username }: MailServerSettings) =>
  JSON.stringify([host, port, encryption, username])

/** The same for the proxy's password. */
export const proxyKey = ({ proxy }: MailServerSettings) =>
  JSON.stringify(proxy && [proxy.host, proxy.port, proxy.username])
