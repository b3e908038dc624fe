// What one press does about a failed test: the fields that change, and what a person must enter before the next test.
import { ehloName } from '@/domain/smtp/ehlo-name'
import { asciiHost } from '@/domain/smtp/host'
import { readMailbox } from '@/domain/smtp/mailbox'
import type { MailServerSettings } from '@/domain/smtp/settings'
import { env } from '@/lib/env'
import type { Named } from './diagnosis'
import type { MailServerField } from './form'
import { presetOf, presets } from './presets'

type Changes = Partial<Record<MailServerField, string>>

/** With no changes and nothing to enter: the same test once more. */
export type Fix = {
  changes: Changes
  /** What only a person knows: the focus goes there in place of another test. */
  enter?: MailServerField | 'testRecipient'
  /** The button of the form that does it, where that is not another test */
  press?: 'connect'
}

/**
 * What would repair the failure, or null where nothing in the form can. No change lowers the protection without
 * the administrator seeing it: encryption is never switched off, and a certificate is only proposed for trust
 * together with its fingerprint in the explanation. Whether a stored secret may go where a change leads is
 * decided when the form is sent (`secrets.ts`): if not, it is asked for again at its field.
 */
export function fixFor(outcome: Named | { result: 'accepted' }, settings: MailServerSettings): Fix | null {
  if (!('cause' in outcome)) return null
  const fix = repairs(outcome, settings)
  if (!fix) return null
  const changes = Object.entries(fix.changes)
  const differs = changes.some(([field, value]) => value !== String(presentValue(settings, field) ?? ''))
  return changes.length === 0 || differs ? fix : null
}

const presentValue = (settings: MailServerSettings, field: string) =>
  settings[field as keyof MailServerSettings]

const change = (changes: Changes): Fix => ({ changes })
const enter = (field: Fix['enter']): Fix => ({ changes: {}, enter: field })
const again: Fix = { changes: {} }

function repairs({ cause, detail }: Named, settings: MailServerSettings): Fix | null {
  const { certificateFor = '', certificatePem, reason, starttls } = detail
  switch (cause) {
    case 'dns-not-found': {
      // SendGrid's own guide once printed smtp.sendgrid.com.
      const { host } = presetOf(settings.provider)
      return host === '' || host === settings.host ? enter('host') : change({ host })
    }
    case 'tls-expected':
      return change({ encryption: 'implicit-tls' })
    case 'tls-not-spoken':
      return change(starttls === 'no' ? otherUsualPort(settings) : { encryption: 'starttls' })
    case 'starttls-required':
      return change({ encryption: 'starttls' })
    case 'starttls-refused':
      return settings.port === 465 ? null : change(implicitTls)
    case 'auth-in-clear-refused':
      return change(starttls === 'no' ? implicitTls : { encryption: 'starttls' })
    case 'greeting-timeout':
      if (settings.port === 465 && settings.encryption !== 'implicit-tls')
        return change({ encryption: 'implicit-tls' })
      return change(openPort(detail) ?? morePatience(settings))
    case 'server-slow':
      return change(morePatience(settings))
    case 'connection-refused':
    case 'connect-timeout':
    case 'not-smtp':
    case 'starttls-not-offered':
      return change(openPort(detail) ?? otherUsualPort(settings))
    case 'tls-version':
      return change({ minTlsVersion: 'TLSv1.2' })
    case 'certificate-name-mismatch': {
      const name = certificateFor.split(', ').find(each => /^[^*]+\.[^*]+$/.test(each))
      return name ? change({ host: name }) : enter('host')
    }
    case 'certificate-self-signed':
    case 'certificate-untrusted':
      if (reason === 'pin') return change({ pinnedCertificate: detail.fingerprint ?? '' })
      return certificatePem ? change({ trustedCa: `${settings.trustedCa ?? ''}${certificatePem}` }) : null
    case 'auth-required':
    case 'relay-denied':
      return settings.authentication === 'none' ? login(settings) : null
    case 'auth-rejected': {
      const username = fixedUsername(settings)
      if (username !== null && username !== settings.username) return change({ username })
      // Another password helps nobody whose account is disabled.
      return reason === 'disabled' || settings.authentication !== 'password' ? null : enter('password')
    }
    case 'app-password-required':
      return enter('password')
    case 'auth-mechanism':
      return detail.mechanisms ? null : change({ authentication: 'none' })
    case 'basic-auth-disabled':
      return oauthOf(settings)
    case 'oauth-token-rejected':
      return reason ? enter(tokenField[reason] ?? 'oauthScopes') : enter('oauthScopes')
    case 'oauth-grant-expired':
      return settings.oauth?.authorizationUrl ? { changes: {}, press: 'connect' } : enter('refreshToken')
    case 'ehlo-rejected': {
      const name = otherEhloName(settings)
      return name === null ? enter('ehloName') : change({ ehloName: name })
    }
    case 'sender-rejected':
      return reason === 'dmarc' ? null : otherSender(settings)
    case 'recipient-rejected':
    case 'mailbox-full':
      return enter('testRecipient')
    case 'proxy-unreachable':
      return enter(detail.answered === 'yes' ? 'port' : 'proxyHost')
    case 'proxy-auth':
      return enter(settings.proxy?.username ? 'proxyPassword' : 'proxyUsername')
    case 'dns-timeout':
    case 'auth-temporary':
    case 'greylisted':
    case 'connection-lost-before-data':
      return again
    case 'no-worker':
      return reason === 'interrupted' ? again : null
    case 'protocol-error':
      return reason === 'busy' ? again : null
    default:
      return null
  }
}

const implicitTls: Changes = { port: '465', encryption: 'implicit-tls' }

/** Another port that was seen to answer; none that would leave a password in clear. */
const openPort = ({ openPort: port, openEncryption: encryption }: Named['detail']): Changes | null =>
  port && encryption && encryption !== 'none' ? { port, encryption } : null

/** The other one of the two that RFC 8314 and RFC 6409 give to submission. */
const otherUsualPort = ({ port }: MailServerSettings): Changes =>
  port === 587 ? implicitTls : { port: '587', encryption: 'starttls' }

/** Seconds that are enough for servers which keep strangers waiting on purpose. */
const morePatience = ({ timeoutSeconds }: MailServerSettings): Changes => ({
  timeoutSeconds: String(Math.max(timeoutSeconds, 60)),
})

/** A login wants a username and a password, which nobody but a person knows. */
function login(settings: MailServerSettings): Fix {
  const username = fixedUsername(settings)
  return {
    changes: { authentication: 'password', ...(username !== null && { username }) },
    enter: username === null && !settings.username ? 'username' : 'password',
  }
}

const tokenField: Record<string, MailServerField> = {
  client: 'clientSecret',
  scope: 'oauthScopes',
  endpoint: 'oauthTokenUrl',
}

function oauthOf(settings: MailServerSettings): Fix | null {
  const { oauth } = presetAt(settings)
  if (!oauth) return null
  return {
    changes: {
      authentication: 'oauth2',
      oauthAuthorizationUrl: oauth.authorizationUrl,
      oauthTokenUrl: oauth.tokenUrl,
      oauthScopes: oauth.scopes,
    },
    enter: 'oauthClientId',
  }
}

/** An account may mostly send as itself. */
function otherSender({ mailFrom, username }: MailServerSettings): Fix {
  const own = username && readMailbox(username)?.address
  const used = readMailbox(mailFrom)?.address.toLowerCase()
  return own && own.toLowerCase() !== used ? change({ mailFrom: own }) : enter('mailFrom')
}

/** A full name that people know us by: that of `APP_URL`, else the domain that mails come from. */
function otherEhloName(settings: MailServerSettings): string | null {
  const { hostname } = new URL(env().appUrl)
  const domain = readMailbox(settings.mailFrom)?.address.split('@').at(-1) ?? ''
  const used = ehloName(settings)
  return [hostname, domain].find(each => /\.[a-z][a-z0-9-]+$/i.test(asciiHost(each)) && each !== used) ?? null
}

const presetAt = ({ host, provider }: MailServerSettings) =>
  presets.find(preset => preset.host === host && preset.host !== '') ?? presetOf(provider)

/** SendGrid and some others want one and the same word from everybody. */
const fixedUsername = (settings: MailServerSettings): string | null => presetAt(settings).username
