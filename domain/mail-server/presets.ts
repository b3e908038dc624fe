// Well-known providers: what their form fields should hold. Hints are in messages/*.json, namespace `presets`.
import type { MailServerSettings } from '@/domain/smtp/settings'

export type Preset = Pick<MailServerSettings, 'host' | 'port' | 'encryption' | 'authentication'> & {
  /** Also the key of its hint in the messages namespace `presets`. */
  id: string
  name: string
  /** Set where every customer has the same one. */
  username: string | null
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
  { id: 'custom', name: 'Custom', host: '', ...startTls },
  {
    id: 'amazon-ses',
    name: 'Amazon SES',
    host: 'email-smtp.eu-west-1.amazonaws.com',
    ...implicitTls,
    wellKnown: 'SES-EU-WEST-1',
  },
  { id: 'brevo', name: 'Brevo', host: 'smtp-relay.brevo.com', ...startTls, wellKnown: 'SendinBlue' },
  { id: 'fastmail', name: 'Fastmail', host: 'smtp.fastmail.com', ...implicitTls, wellKnown: 'FastMail' },
  { id: 'gandi', name: 'Gandi', host: 'mail.gandi.net', ...startTls, wellKnown: 'GandiMail' },
  { id: 'gmail', name: 'Gmail', host: 'smtp.gmail.com', ...implicitTls, oauth: google, wellKnown: 'Gmail' },
  { id: 'gmx', name: 'GMX', host: 'mail.gmx.net', ...startTls },
  {
    id: 'google-relay',
    name: 'Google Workspace relay',
    host: 'smtp-relay.gmail.com',
    ...implicitTls,
    oauth: google,
    wellKnown: 'GmailWorkspace',
  },
  { id: 'hetzner', name: 'Hetzner', host: 'mail.your-server.de', ...startTls },
  { id: 'icloud', name: 'iCloud', host: 'smtp.mail.me.com', ...startTls, wellKnown: 'iCloud' },
  { id: 'infomaniak', name: 'Infomaniak', host: 'mail.infomaniak.com', ...startTls, wellKnown: 'Infomaniak' },
  { id: 'ionos', name: 'IONOS', host: 'smtp.ionos.com', ...implicitTls },
  { id: 'mailersend', name: 'MailerSend', host: 'smtp.mailersend.net', ...startTls, wellKnown: 'MailerSend' },
  { id: 'mailgun', name: 'Mailgun', host: 'smtp.mailgun.org', ...implicitTls, wellKnown: 'Mailgun' },
  { id: 'mailjet', name: 'Mailjet', host: 'in-v3.mailjet.com', ...startTls },
  {
    id: 'mailtrap',
    name: 'Mailtrap',
    host: 'live.smtp.mailtrap.io',
    ...startTls,
    username: 'api',
    wellKnown: 'Mailtrap',
  },
  {
    id: 'microsoft-365',
    name: 'Microsoft 365',
    host: 'smtp.office365.com',
    ...startTls,
    oauth: microsoft,
    wellKnown: 'Outlook365',
  },
  {
    id: 'outlook',
    name: 'Outlook.com',
    host: 'smtp-mail.outlook.com',
    ...startTls,
    oauth: microsoft,
    wellKnown: 'Hotmail',
  },
  { id: 'ovh', name: 'OVHcloud', host: 'ssl0.ovh.net', ...implicitTls },
  { id: 'postmark', name: 'Postmark', host: 'smtp.postmarkapp.com', ...startTls, wellKnown: 'Postmark' },
  { id: 'proton', name: 'Proton Mail', host: 'smtp.protonmail.ch', ...startTls, wellKnown: 'Proton' },
  {
    id: 'resend',
    name: 'Resend',
    host: 'smtp.resend.com',
    ...implicitTls,
    username: 'resend',
    wellKnown: 'Resend',
  },
  {
    id: 'sendgrid',
    name: 'SendGrid',
    host: 'smtp.sendgrid.net',
    ...implicitTls,
    username: 'apikey',
    wellKnown: 'SendGrid',
  },
  {
    id: 'sparkpost',
    name: 'SparkPost',
    host: 'smtp.sparkpostmail.com',
    ...startTls,
    username: 'SMTP_Injection',
    wellKnown: 'Sparkpost',
  },
  { id: 'web-de', name: 'WEB.DE', host: 'smtp.web.de', ...startTls },
  {
    id: 'yahoo',
    name: 'Yahoo',
    host: 'smtp.mail.yahoo.com',
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
    ...implicitTls,
    oauth: {
      authorizationUrl: 'https://oauth.yandex.com/authorize',
      tokenUrl: 'https://oauth.yandex.com/token',
      scopes: 'mail:smtp',
    },
    wellKnown: 'Yandex',
  },
  { id: 'zoho', name: 'Zoho Mail', host: 'smtp.zoho.com', ...implicitTls, wellKnown: 'Zoho' },
]

/** The preset with this id; the custom one for an id nobody knows (any more). */
export const presetOf = (id: string): Preset => presets.find(preset => preset.id === id) ?? presets[0]!
