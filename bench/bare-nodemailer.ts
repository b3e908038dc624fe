// A baseline: Nodemailer with the same settings and the same timeouts. It names no cause; only its time counts.
import { rootCertificates } from 'node:tls'
import { createTransport } from 'nodemailer'
import type { submissionOf } from '@/domain/smtp/testing/faults'

type Submission = Pick<ReturnType<typeof submissionOf>, 'settings' | 'secrets' | 'mail'>

/** Sends a finished mail over a new connection. @returns whether it was taken */
export async function bareSend({ settings, secrets, mail }: Submission): Promise<boolean> {
  const { host, port, encryption, minTlsVersion, trustedCa, proxy, timeoutSeconds } = settings
  const timeout = timeoutSeconds * 1_000
  const transport = createTransport({
    host,
    port,
    secure: encryption === 'implicit-tls',
    requireTLS: encryption === 'starttls',
    ignoreTLS: encryption === 'none',
    dnsTimeout: timeout,
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    tls: { minVersion: minTlsVersion, ...(trustedCa && { ca: [...rootCertificates, trustedCa] }) },
    auth: login(settings, secrets),
    proxy: proxy ? proxyUrl(proxy, secrets.proxyPassword) : undefined,
  })
  transport.set('proxy_socks_module', await import('socks'))
  const taken = transport.sendMail({ envelope: mail.envelope, raw: mail.raw }).then(
    () => true,
    () => false,
  )
  return taken.finally(() => transport.close())
}

function login(settings: Submission['settings'], secrets: Submission['secrets']) {
  const user = settings.username ?? ''
  if (settings.authentication === 'password') return { user, pass: secrets.password ?? '' }
  if (settings.authentication !== 'oauth2' || !settings.oauth) return undefined
  return {
    type: 'OAuth2' as const,
    user,
    clientId: settings.oauth.clientId,
    clientSecret: secrets.clientSecret ?? '',
    refreshToken: secrets.refreshToken ?? '',
    accessUrl: settings.oauth.tokenUrl,
  }
}

function proxyUrl(
  { type, host, port, username }: NonNullable<Submission['settings']['proxy']>,
  password: string | null,
): string {
  const credentials = username && `${encodeURIComponent(username)}:${encodeURIComponent(password ?? '')}@`
  return `${type}://${credentials ?? ''}${host}:${port}`
}
