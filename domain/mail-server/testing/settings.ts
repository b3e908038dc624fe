// Settings and saved mail servers for tests.
import type { Viewer } from '@/domain/viewer'
import { transaction } from '@/lib/db'
import type { MailServerSecrets, MailServerSettings } from '../settings'
import { type MailServerView, saveMailServer } from '../versions'

/** For a server on loopback without TLS or login, unless it is said otherwise. */
export const settingsFor = (
  { host, port }: { host: string; port: number },
  changes: Partial<MailServerSettings> = {},
): MailServerSettings => ({
  provider: 'custom',
  mailFrom: 'Latchkey <noreply@latchkey.test>',
  replyTo: null,
  host,
  port,
  encryption: 'none',
  minTlsVersion: 'TLSv1.2',
  trustedCa: null,
  authentication: 'none',
  username: null,
  timeoutSeconds: 10,
  ehloName: null,
  proxy: null,
  ...changes,
})

export const noSecrets: MailServerSecrets = { password: null, proxyPassword: null }

/** Makes a server the active one. */
export const connectMailServer = (
  viewer: Viewer,
  server: { host: string; port: number },
  changes: Partial<MailServerSettings> = {},
  secrets: Partial<MailServerSecrets> = {},
): Promise<MailServerView> =>
  transaction(tx =>
    saveMailServer(tx, viewer, {
      name: 'Sink',
      settings: settingsFor(server, changes),
      secrets: { ...noSecrets, ...secrets },
      baseVersionId: null,
    }),
  )
