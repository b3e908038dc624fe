// What a failed submission tells an administrator: the values for its explanation, and the change that fixes it.
import type { Cause } from '@/domain/smtp/causes'
import { ehloName } from '@/domain/smtp/ehlo-name'
import { asciiHost } from '@/domain/smtp/host'
import { readMailbox } from '@/domain/smtp/mailbox'
import type { MailServerSettings } from '@/domain/smtp/settings'
import { env } from '@/lib/env'
import type { MailServerField } from './form'
import { presetOf, presets } from './presets'

/** What is needed of a failed or uncertain outcome; a stored delivery attempt has it too. */
export type Named = { cause: Cause; detail: Record<string, string> }

/** Everything that the sentences of the messages namespace `diagnosis` may contain; `none` or `?` where unknown. */
const unknown = {
  /** The server's own words, with their codes. */
  reply: '',
  /** `http`, `imap`, `pop3`, `ssh` or `unknown`; for a proxy `yes` or `no`. */
  answered: 'none',
  /** The names in the certificate, with commas. */
  certificateFor: '',
  issuer: '',
  validFrom: '',
  validTo: '',
  fingerprint: '',
  /** The fingerprint that is pinned. */
  expected: '',
  /** Another usual port of the host that answers, with its encryption. */
  openPort: 'none',
  openEncryption: 'none',
  /** `yes` or `no`: whether STARTTLS is offered, and whether a firewall hides it. */
  starttls: 'none',
  stripped: 'no',
  /** The login mechanisms that are offered. */
  mechanisms: '',
  /** Why, where a cause has several reasons: `smtputf8`, `malformed`, `timeout`, `closed`, `pin`; of a token `client`, `scope`, `endpoint`, `server`; see also `meaning.ts`. */
  reason: 'none',
  /** Bytes. */
  size: '0',
  limit: '0',
  /** The code of resolver, socket or OpenSSL. */
  code: '',
  stage: 'none',
}

/**
 * The values for `diagnosis.<cause>.title` and `.fix`. All are always present: those of `unknown`, `said` (`yes` if there is a `reply`), and
 * `host`, `port`, `encryption`, `username`, `from`, `seconds`, `minTlsVersion`, `ehlo` and `proxy` of the settings.
 */
export function explanationValues(
  { detail }: Pick<Named, 'detail'>,
  settings: MailServerSettings,
): Record<string, string> {
  const day = (date = '') => date.slice(0, 10)
  const values = {
    ...unknown,
    ...detail,
    said: detail.reply ? 'yes' : 'no',
    validFrom: day(detail.validFrom),
    validTo: day(detail.validTo),
    host: settings.host,
    port: String(settings.port),
    encryption: settings.encryption,
    username: settings.username ?? '',
    from: settings.mailFrom,
    seconds: String(settings.timeoutSeconds),
    ehlo: ehloName(settings),
    minTlsVersion: settings.minTlsVersion.replace('TLSv', 'TLS '),
    proxy: settings.proxy ? `${settings.proxy.host}:${settings.proxy.port}` : '',
  }
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value || '?']))
}

export type Fix = { changes: Partial<Record<MailServerField, string>> }

/**
 * The change of form fields that would repair the failure, or null where that cannot be known. None of the
 * changes lowers the protection without the administrator seeing it: encryption is never switched off, and a
 * certificate is only proposed for trust together with its fingerprint in the explanation.
 */
export function fixFor(outcome: Named | { result: 'accepted' }, settings: MailServerSettings): Fix | null {
  if (!('cause' in outcome)) return null
  const changes = changesFor(outcome, settings)
  const differs = Object.entries(changes ?? {}).some(
    ([field, value]) => value !== String(settings[field as keyof MailServerSettings] ?? ''),
  )
  return changes && differs ? { changes } : null
}

function changesFor({ cause, detail }: Named, settings: MailServerSettings): Fix['changes'] | null {
  const { openPort: port, openEncryption: encryption, certificateFor = '', certificatePem } = detail
  switch (cause) {
    case 'tls-expected':
      return { encryption: 'implicit-tls' }
    case 'tls-not-spoken':
      return detail.starttls === 'no' ? null : { encryption: 'starttls' }
    case 'starttls-required':
      return { encryption: 'starttls' }
    case 'auth-in-clear-refused':
      return detail.starttls === 'yes' ? { encryption: 'starttls' } : null
    case 'greeting-timeout':
      if (settings.port === 465 && settings.encryption !== 'implicit-tls')
        return { encryption: 'implicit-tls' }
      return otherPort(port, encryption)
    case 'connection-refused':
    case 'connect-timeout':
    case 'not-smtp':
    case 'starttls-not-offered':
      return encryption === 'none' ? null : otherPort(port, encryption)
    case 'tls-version':
      return { minTlsVersion: 'TLSv1.2' }
    case 'certificate-name-mismatch': {
      const name = certificateFor.split(', ').find(each => /^[^*]+\.[^*]+$/.test(each))
      return name ? { host: name } : null
    }
    case 'certificate-self-signed':
    case 'certificate-untrusted':
      if (detail.reason === 'pin') return { pinnedCertificate: detail.fingerprint ?? '' }
      return certificatePem ? { trustedCa: `${settings.trustedCa ?? ''}${certificatePem}` } : null
    case 'auth-required':
      return settings.authentication === 'none'
        ? { authentication: 'password', ...fixedUsername(settings) }
        : null
    case 'auth-rejected':
      return fixedUsername(settings)
    case 'ehlo-rejected':
      return otherEhloName(settings)
    case 'dns-not-found': {
      // SendGrid's own guide once printed smtp.sendgrid.com.
      const { host } = presetOf(settings.provider)
      return host === '' ? null : { host }
    }
    default:
      return null
  }
}

const otherPort = (port?: string, encryption?: string) => (port && encryption ? { port, encryption } : null)

/** A full name that people know us by: that of `APP_URL`, else the domain that mails come from. */
function otherEhloName(settings: MailServerSettings) {
  const { hostname } = new URL(env().appUrl)
  const domain = readMailbox(settings.mailFrom)?.address.split('@').at(-1) ?? ''
  const used = ehloName(settings)
  const name = [hostname, domain].find(each => /\.[a-z][a-z0-9-]+$/i.test(asciiHost(each)) && each !== used)
  return name === undefined ? null : { ehloName: name }
}

/** SendGrid and some others want one and the same word from everybody. */
function fixedUsername({ host, provider }: MailServerSettings) {
  const username = (presets.find(preset => preset.host === host) ?? presetOf(provider)).username
  return username === null ? null : { username }
}
