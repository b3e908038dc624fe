// What a failed submission tells an administrator: the values for its explanation. `fix.ts` has what mends it.
import type { Cause } from '@/domain/smtp/causes'
import { ehloName } from '@/domain/smtp/ehlo-name'
import type { MailServerSettings } from '@/domain/smtp/settings'

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
