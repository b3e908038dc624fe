// The mail server form: from the text fields of HTML to checked settings, each refusal a code of its own.
import { z } from 'zod'
import { readHost } from './host'
import { isAddress, readMailbox, writeMailbox } from './mailbox'
import {
  authentications,
  encryptions,
  type MailServerSecrets,
  type MailServerSettings,
  noSecrets,
  proxyTypes,
  tlsVersions,
} from './settings'
import { readTrustedCa } from './trusted-ca'

/** What a field may hold at most, in characters: a 1 MB paste is refused before anything looks into it. */
const longest = {
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
  'timeout-range',
  'ehlo-name-invalid',
  'proxy-type-unknown',
  'proxy-host-required',
  'proxy-host-invalid',
  'proxy-port-required',
  'proxy-port-range',
] as const
export type MailServerRefusal = (typeof mailServerRefusals)[number]

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
    ...readLogin(form, refuse),
    timeoutSeconds: readTimeout(text('timeoutSeconds'), refuse),
    ehloName: readEhloName(text('ehloName'), refuse),
    proxy: form.useProxy === 'on' ? readProxy(form, refuse) : null,
    pinnedCertificate: null,
    credentialsInClear: false,
    oauth: null,
  }
  const secrets: MailServerSecrets = {
    ...noSecrets,
    password: settings.authentication === 'password' ? form.password || null : null,
    proxyPassword: settings.proxy ? form.proxyPassword || null : null,
  }
  return { name, settings, secrets }
})

type Form = Record<MailServerField, string>
type Refuse = (field: MailServerField, message: MailServerRefusal) => void

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

function readLogin(form: Form, refuse: Refuse): Pick<MailServerSettings, 'authentication' | 'username'> {
  const authentication = choice(form.authentication.trim() || 'none', authentications, () =>
    refuse('authentication', 'authentication-unknown'),
  )
  const username = form.username.trim() || null
  if (authentication === 'none') return { authentication, username: null }
  if (username === null) refuse('username', 'username-required')
  return { authentication, username }
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

/** The text if it is one of the choices; else tells, and goes on with the first, which nobody will see. */
function choice<const T extends string>(text: string, choices: readonly T[], refuse: () => void): T {
  const chosen = choices.find(each => each === text)
  if (chosen === undefined) refuse()
  return chosen ?? choices[0]!
}
