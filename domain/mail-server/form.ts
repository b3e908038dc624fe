// The mail server form: from the text fields of HTML to checked settings, each refusal a code of its own.
import { z } from 'zod'
import { readHost } from '@/domain/smtp/host'
import { readMailbox, writeMailbox } from '@/domain/smtp/mailbox'
import {
  encryptions,
  type MailServerSecrets,
  type MailServerSettings,
  proxyTypes,
  tlsVersions,
} from '@/domain/smtp/settings'
import { isAddress } from '@/lib/email-address'
import { readFingerprint } from './fingerprint'
import { readLogin, readSecrets } from './form-login'
import {
  choice,
  type Form,
  longest,
  type MailServerField,
  type MailServerRefusal,
  type Refuse,
} from './form-refusals'
import { readTrustedCa } from './trusted-ca'

export { type MailServerField, type MailServerRefusal, mailServerRefusals } from './form-refusals'

const fields = Object.fromEntries(
  Object.entries(longest).map(([field, length]) => [field, z.string().max(length, 'too-long').default('')]),
) as Record<MailServerField, z.ZodDefault<z.ZodString>>

export type MailServerInput = { name: string; settings: MailServerSettings; secrets: MailServerSecrets }

/**
 * Takes the flat fields of the form (missing ones count as empty) and yields name, settings and secrets.
 * Issues carry a code of `mailServerRefusals` as their message and the field as their path. An empty
 * password is allowed: null in `secrets`.
 */
export const mailServerForm = z.object(fields).transform((form, context): MailServerInput => {
  const refuse = (field: MailServerField, message: MailServerRefusal) =>
    context.addIssue({ code: 'custom', path: [field], message })
  for (const field of Object.keys(longest) as MailServerField[]) {
    // Line breaks belong in the PEM only: anywhere else they would start a header or a command of their own.
    if (field !== 'trustedCa' && /\p{Cc}/u.test(form[field])) refuse(field, 'control-characters')
  }
  const text = (field: MailServerField) => form[field].trim()
  const name = text('name')
  if (name === '') refuse('name', 'name-required')
  const server = readServer(form, refuse)
  const settings: MailServerSettings = {
    provider: text('provider') || 'custom',
    mailFrom: readFrom(text('mailFrom'), refuse),
    replyTo: readReplyTo(text('replyTo'), refuse),
    ...server,
    minTlsVersion: choice(text('minTlsVersion') || 'TLSv1.2', tlsVersions, () =>
      refuse('minTlsVersion', 'tls-version-unknown'),
    ),
    trustedCa: readCa(form.trustedCa, refuse),
    pinnedCertificate: readPin(form.pinnedCertificate, refuse),
    ...readLogin(form, refuse),
    // Said for another encryption, it would come true unseen once that is switched off.
    credentialsInClear: server.encryption === 'none' && form.credentialsInClear === 'on',
    timeoutSeconds: readTimeout(text('timeoutSeconds'), refuse),
    ehloName: readEhloName(text('ehloName'), refuse),
    proxy: form.useProxy === 'on' ? readProxy(form, refuse) : null,
  }
  const secrets = readSecrets(form, settings)
  return { name, settings, secrets }
})

function readServer(form: Form, refuse: Refuse): Pick<MailServerSettings, 'host' | 'port' | 'encryption'> {
  const pasted = readHost(form.host)
  const chosen = choice(form.encryption.trim() || 'starttls', encryptions, () =>
    refuse('encryption', 'encryption-unknown'),
  )
  if (typeof pasted === 'string') {
    refuse('host', pasted)
    return { host: '', port: readPort(form.port, 'port', refuse), encryption: chosen }
  }
  // What was pasted with the host is newer than what the port field held before.
  const port = readPort(pasted.port === null ? form.port : String(pasted.port), 'port', refuse)
  return { host: pasted.host, port, encryption: pasted.encryption ?? chosen }
}

function readPort(text: string, field: 'port' | 'proxyPort', refuse: Refuse) {
  const prefix = field === 'port' ? 'port' : 'proxy-port'
  const trimmed = text.trim()
  const port = Number(trimmed)
  if (trimmed === '') refuse(field, `${prefix}-required`)
  else if (!/^\d+$/.test(trimmed) || port < 1 || port > 65_535) refuse(field, `${prefix}-range`)
  return port
}

function readFrom(text: string, refuse: Refuse) {
  const mailbox = readMailbox(text)
  if (!mailbox) refuse('mailFrom', text === '' ? 'mail-from-required' : 'mail-from-invalid')
  return mailbox ? writeMailbox(mailbox) : ''
}

function readReplyTo(text: string, refuse: Refuse) {
  if (text === '') return null
  const mailbox = readMailbox(text)
  if (!mailbox) refuse('replyTo', 'reply-to-invalid')
  return mailbox && writeMailbox(mailbox)
}

function readCa(text: string, refuse: Refuse) {
  if (text.trim() === '') return null
  const bundle = readTrustedCa(text)
  if (typeof bundle !== 'string') return bundle.pem
  refuse('trustedCa', bundle)
  return null
}

function readPin(text: string, refuse: Refuse) {
  if (text.trim() === '') return null
  const pin = readFingerprint(text)
  if (typeof pin !== 'string') return pin.sha256
  refuse('pinnedCertificate', pin)
  return null
}

function readTimeout(text: string, refuse: Refuse) {
  const seconds = Number(text === '' ? 10 : text.replace(',', '.'))
  if (!(seconds >= 1 && seconds <= 300)) refuse('timeoutSeconds', 'timeout-range')
  return seconds
}

/** A host name, or an address literal (RFC 5321 §4.1.3). */
function readEhloName(text: string, refuse: Refuse) {
  if (text === '') return null
  const read = readHost(text)
  const fine =
    typeof read !== 'string' && read.port === null && !text.includes('/') && isAddress(`a@${read.host}`)
  if (fine || /^\[(\d+\.){3}\d+\]$/.test(text)) return text
  refuse('ehloName', 'ehlo-name-invalid')
  return null
}

function readProxy(form: Form, refuse: Refuse): MailServerSettings['proxy'] {
  const pasted = readHost(form.proxyHost)
  if (typeof pasted === 'string') {
    refuse('proxyHost', pasted === 'host-required' ? 'proxy-host-required' : 'proxy-host-invalid')
    return null
  }
  const port = readPort(pasted.port === null ? form.proxyPort : String(pasted.port), 'proxyPort', refuse)
  const type = choice(form.proxyType.trim() || 'http', proxyTypes, () =>
    refuse('proxyType', 'proxy-type-unknown'),
  )
  return { type, host: pasted.host, port, username: form.proxyUsername.trim() || null }
}
