// Well-known providers: what their form fields should hold. Hints are in messages/*.json, namespace `presets`.
import type { MailServerSettings } from '@/domain/smtp/settings'
import type { MailServerField } from './form-refusals'

export type Preset = Pick<MailServerSettings, 'host' | 'port' | 'encryption' | 'authentication'> & {
  /** Also the key of its hint in the messages namespace `presets`. */
  id: string
  name: string
  /** Set where every customer has the same one. */
  username: string | null
  /** Where the key or password for the form is made; null for a server of one's own. */
  keyPage: string | null
  /** Where tokens come from, if the provider takes them for SMTP. Client ID and secret are each customer's own. */
  oauth?: { authorizationUrl: string; tokenUrl: string; scopes: string }
  /** The name in Nodemailer's list of well-known services, which a test compares with. */
  wellKnown?: string
}

const implicitTls = {
  port: 465,
  encryption: 'implicit-tls',
  authentication: 'password',
  username: null,
} as const
const startTls = { port: 587, encryption: 'starttls', authentication: 'password', username: null } as const

const google = {
  authorizationUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
  tokenUrl: 'https://oauth2.googleapis.com/token',
  scopes: 'https://mail.google.com/',
}
/** For one organisation alone, its tenant ID takes the place of `common`. */
const microsoft = {
  authorizationUrl: 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
  tokenUrl: 'https://login.microsoftonline.com/common/oauth2/v2.0/token',
  scopes: 'https://outlook.office.com/SMTP.Send offline_access',
}

/** In the order of the form: custom first, then by name. */
export const presets: readonly Preset[] = [
  { id: 'custom', name: 'Custom', host: '', keyPage: null, ...startTls },
  {
    id: 'amazon-ses',
    name: 'Amazon SES',
    host: 'email-smtp.eu-west-1.amazonaws.com',
    keyPage: 'https://console.aws.amazon.com/ses/home#/smtp',
    ...implicitTls,
    wellKnown: 'SES-EU-WEST-1',
  },
  {
    id: 'brevo',
    name: 'Brevo',
    host: 'smtp-relay.brevo.com',
    keyPage: 'https://app.brevo.com/settings/keys/smtp',
    ...startTls,
    wellKnown: 'SendinBlue',
  },
  {
    id: 'fastmail',
    name: 'Fastmail',
    host: 'smtp.fastmail.com',
    keyPage: 'https://app.fastmail.com/settings/security',
    ...implicitTls,
    wellKnown: 'FastMail',
  },
  {
    id: 'gandi',
    name: 'Gandi',
    host: 'mail.gandi.net',
    keyPage: 'https://admin.gandi.net',
    ...startTls,
    wellKnown: 'GandiMail',
  },
  {
    id: 'gmail',
    name: 'Gmail',
    host: 'smtp.gmail.com',
    keyPage: 'https://myaccount.google.com/apppasswords',
    ...implicitTls,
    oauth: google,
    wellKnown: 'Gmail',
  },
  {
    id: 'gmx',
    name: 'GMX',
    host: 'mail.gmx.net',
    keyPage: 'https://hilfe.gmx.net/pop-imap/einschalten.html',
    ...startTls,
  },
  {
    id: 'google-relay',
    name: 'Google Workspace relay',
    host: 'smtp-relay.gmail.com',
    keyPage: 'https://admin.google.com/ac/apps/gmail/routing',
    ...implicitTls,
    oauth: google,
    wellKnown: 'GmailWorkspace',
  },
  {
    id: 'hetzner',
    name: 'Hetzner',
    host: 'mail.your-server.de',
    keyPage: 'https://konsoleh.hetzner.com',
    ...startTls,
  },
  {
    id: 'icloud',
    name: 'iCloud',
    host: 'smtp.mail.me.com',
    keyPage: 'https://account.apple.com/account/manage',
    ...startTls,
    wellKnown: 'iCloud',
  },
  {
    id: 'infomaniak',
    name: 'Infomaniak',
    host: 'mail.infomaniak.com',
    keyPage: 'https://manager.infomaniak.com',
    ...startTls,
    wellKnown: 'Infomaniak',
  },
  {
    id: 'ionos',
    name: 'IONOS',
    host: 'smtp.ionos.com',
    keyPage: 'https://my.ionos.com/email-overview',
    ...implicitTls,
  },
  {
    id: 'mailersend',
    name: 'MailerSend',
    host: 'smtp.mailersend.net',
    keyPage: 'https://app.mailersend.com/domains',
    ...startTls,
    wellKnown: 'MailerSend',
  },
  {
    id: 'mailgun',
    name: 'Mailgun',
    host: 'smtp.mailgun.org',
    keyPage: 'https://app.mailgun.com/mg/sending/domains',
    ...implicitTls,
    wellKnown: 'Mailgun',
  },
  {
    id: 'mailjet',
    name: 'Mailjet',
    host: 'in-v3.mailjet.com',
    keyPage: 'https://app.mailjet.com/account/apikeys',
    ...startTls,
  },
  {
    id: 'mailtrap',
    name: 'Mailtrap',
    host: 'live.smtp.mailtrap.io',
    keyPage: 'https://mailtrap.io/api-tokens',
    ...startTls,
    username: 'api',
    wellKnown: 'Mailtrap',
  },
  {
    id: 'microsoft-365',
    name: 'Microsoft 365',
    host: 'smtp.office365.com',
    keyPage: 'https://admin.microsoft.com/Adminportal/Home#/users',
    ...startTls,
    oauth: microsoft,
    wellKnown: 'Outlook365',
  },
  {
    id: 'outlook',
    name: 'Outlook.com',
    host: 'smtp-mail.outlook.com',
    keyPage: 'https://account.live.com/proofs/manage/additional',
    ...startTls,
    oauth: microsoft,
    wellKnown: 'Hotmail',
  },
  {
    id: 'ovh',
    name: 'OVHcloud',
    host: 'ssl0.ovh.net',
    keyPage: 'https://www.ovh.com/manager/',
    ...implicitTls,
  },
  {
    id: 'postmark',
    name: 'Postmark',
    host: 'smtp.postmarkapp.com',
    keyPage: 'https://account.postmarkapp.com/servers',
    ...startTls,
    wellKnown: 'Postmark',
  },
  {
    id: 'proton',
    name: 'Proton Mail',
    host: 'smtp.protonmail.ch',
    keyPage: 'https://account.proton.me/mail/imap-smtp',
    ...startTls,
    wellKnown: 'Proton',
  },
  {
    id: 'resend',
    name: 'Resend',
    host: 'smtp.resend.com',
    keyPage: 'https://resend.com/api-keys',
    ...implicitTls,
    username: 'resend',
    wellKnown: 'Resend',
  },
  {
    id: 'sendgrid',
    name: 'SendGrid',
    host: 'smtp.sendgrid.net',
    keyPage: 'https://app.sendgrid.com/settings/api_keys',
    ...implicitTls,
    username: 'apikey',
    wellKnown: 'SendGrid',
  },
  {
    id: 'sparkpost',
    name: 'SparkPost',
    host: 'smtp.sparkpostmail.com',
    keyPage: 'https://app.sparkpost.com/account/api-keys',
    ...startTls,
    username: 'SMTP_Injection',
    wellKnown: 'Sparkpost',
  },
  {
    id: 'web-de',
    name: 'WEB.DE',
    host: 'smtp.web.de',
    keyPage: 'https://hilfe.web.de/pop-imap/einschalten.html',
    ...startTls,
  },
  {
    id: 'yahoo',
    name: 'Yahoo',
    host: 'smtp.mail.yahoo.com',
    keyPage: 'https://login.yahoo.com/account/security',
    ...implicitTls,
    oauth: {
      authorizationUrl: 'https://api.login.yahoo.com/oauth2/request_auth',
      tokenUrl: 'https://api.login.yahoo.com/oauth2/get_token',
      scopes: 'mail-w',
    },
    wellKnown: 'Yahoo',
  },
  {
    id: 'yandex',
    name: 'Yandex',
    host: 'smtp.yandex.ru',
    keyPage: 'https://id.yandex.com/security/app-passwords',
    ...implicitTls,
    oauth: {
      authorizationUrl: 'https://oauth.yandex.com/authorize',
      tokenUrl: 'https://oauth.yandex.com/token',
      scopes: 'mail:smtp',
    },
    wellKnown: 'Yandex',
  },
  {
    id: 'zoho',
    name: 'Zoho Mail',
    host: 'smtp.zoho.com',
    keyPage: 'https://accounts.zoho.com/home#security/app_password',
    ...implicitTls,
    wellKnown: 'Zoho',
  },
]

/** The preset with this id; the custom one for an id nobody knows (any more). */
export const presetOf = (id: string): Preset => presets.find(preset => preset.id === id) ?? presets[0]!

/** What a preset knows of the fields of the form. */
export function presetFields({
  id,
  name,
  host,
  port,
  encryption,
  authentication,
  username,
  oauth,
}: Preset): Fields {
  if (id === 'custom') return {}
  return {
    name,
    host,
    port: String(port),
    encryption,
    authentication,
    ...(username !== null && { username }),
    ...(oauth && {
      oauthAuthorizationUrl: oauth.authorizationUrl,
      oauthTokenUrl: oauth.tokenUrl,
      oauthScopes: oauth.scopes,
    }),
  }
}

type Fields = Partial<Record<MailServerField, string>>

const mayBeEmpty = [
  'name',
  'host',
  'username',
  'oauthAuthorizationUrl',
  'oauthTokenUrl',
  'oauthScopes',
] as const

/**
 * What choosing a preset does to the form: it fills in what it knows, and clears what another one has filled in. A
 * name that a person gave stays, and so does what they typed where the preset knows nothing.
 */
export function presetChanges(id: string, held: Fields): Fields {
  const known = presetFields(presetOf(id))
  const isOfPreset = (field: MailServerField, text: string) =>
    presets.some(preset => presetFields(preset)[field] === text)
  const cleared = mayBeEmpty.filter(field => held[field] && isOfPreset(field, held[field]))
  const named = held.name && !isOfPreset('name', held.name)
  return {
    ...Object.fromEntries(cleared.map(field => [field, ''])),
    ...known,
    ...(named && { name: held.name }),
  }
}
