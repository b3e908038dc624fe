// The presets against Nodemailer's list of well-known services, and against the form.
import services from 'nodemailer/lib/well-known/services.json'
import { expect, it } from 'vitest'
import de from '../../messages/de.json'
import en from '../../messages/en.json'
import { mailServerForm } from './form'
import { type Preset, presetChanges, presets } from './presets'

type Service = { host?: string; port?: number; secure?: boolean }
const known = services as unknown as Record<string, Service>

/** Ports on which the provider's own guide says the same host listens, where Nodemailer names another one. */
const documentedElsewhere: Record<string, Pick<Preset, 'port' | 'encryption'>> = {
  postmark: { port: 587, encryption: 'starttls' }, // postmarkapp.com/developer/user-guide/send-email-with-smtp: 25, 2525 or 587, with STARTTLS
  sendgrid: { port: 465, encryption: 'implicit-tls' }, // SendGrid's integration guide: 465 for SSL, 25 and 587 for TLS
}

it.each(presets.filter(preset => preset.wellKnown))('$id agrees with the well-known service', preset => {
  const service = known[preset.wellKnown!]!
  const { host, port, encryption } = preset
  expect(host).toBe(service.host)
  // Nodemailer upgrades with STARTTLS wherever TLS is not spoken from the first byte.
  const listed = { port: service.port, encryption: service.secure ? 'implicit-tls' : 'starttls' }
  expect({ port, encryption }).toEqual(documentedElsewhere[preset.id] ?? listed)
})

/** Those that Nodemailer does not know, or knows by an older name: what their source says, and where. */
const documented: Record<string, Pick<Preset, 'host' | 'port' | 'encryption'> & { source: string }> = {
  gmx: {
    host: 'mail.gmx.net',
    port: 587,
    encryption: 'starttls',
    source: 'https://github.com/thunderbird/autoconfig/blob/master/ispdb/gmx.net.xml',
  },
  hetzner: {
    host: 'mail.your-server.de',
    port: 587,
    encryption: 'starttls',
    source: 'https://docs.gitlab.com/omnibus/settings/smtp/#hetzner',
  },
  ionos: {
    host: 'smtp.ionos.com',
    port: 465,
    encryption: 'implicit-tls',
    source: 'https://github.com/thunderbird/autoconfig/tree/master/ispdb (ionos.com)',
  },
  mailjet: {
    host: 'in-v3.mailjet.com',
    port: 587,
    encryption: 'starttls',
    source: 'https://rubydoc.info/gems/mailjet/Mailjet/Mailer, the provider’s own library',
  },
  ovh: {
    host: 'ssl0.ovh.net',
    port: 465,
    encryption: 'implicit-tls',
    source: 'http://gids.ovh.nl/EmailSmtpPop3Imap, the provider’s guide',
  },
  'web-de': {
    host: 'smtp.web.de',
    port: 587,
    encryption: 'starttls',
    source: 'https://github.com/thunderbird/autoconfig/blob/master/ispdb/web.de.xml',
  },
}

it('has a source for each', () => {
  const others = presets.filter(({ id, wellKnown }) => id !== 'custom' && !wellKnown)
  const said = Object.entries(documented).map(([id, { source: _, ...settings }]) => ({ id, ...settings }))
  expect(others.map(({ id, host, port, encryption }) => ({ id, host, port, encryption }))).toEqual(said)
})

/**
 * Google: developers.google.com/workspace/gmail/imap/xoauth2-protocol. Microsoft: its guide "Authenticate an
 * IMAP, POP or SMTP connection using OAuth". Yahoo and Yandex: Thunderbird's list of providers
 * (mailnews/base/util/OAuth2Providers). Zoho takes tokens for its API only.
 */
it('knows where tokens come from', () => {
  const known = presets.filter(({ oauth }) => oauth)
  expect(Object.fromEntries(known.map(({ id, oauth }) => [id, oauth?.scopes]))).toEqual({
    gmail: 'https://mail.google.com/',
    'google-relay': 'https://mail.google.com/',
    'microsoft-365': 'https://outlook.office.com/SMTP.Send offline_access',
    outlook: 'https://outlook.office.com/SMTP.Send offline_access',
    yahoo: 'mail-w',
    yandex: 'mail:smtp',
  })
})

it('has twenty providers and more, each with ports and encryption that belong together', () => {
  expect(presets.length).toBeGreaterThan(20)
  expect(new Set(presets.map(({ id }) => id)).size).toBe(presets.length)
  for (const { port, encryption } of presets)
    expect(encryption).toBe(port === 465 ? 'implicit-tls' : 'starttls')
})

it.each(presets.filter(({ id }) => id !== 'custom'))('$id fills a form that is valid', preset => {
  const form = {
    ...preset,
    mailFrom: 'a@example.org',
    port: String(preset.port),
    username: preset.username ?? 'anna',
  }
  const { settings } = mailServerForm.parse(form)
  expect(settings).toMatchObject({ host: preset.host, port: preset.port, encryption: preset.encryption })
})

it.each(presets.filter(({ oauth }) => oauth))('$id fills a form with OAuth 2.0 that is valid', preset => {
  const { authorizationUrl, tokenUrl, scopes } = preset.oauth!
  const { settings } = mailServerForm.parse({
    name: preset.name,
    host: preset.host,
    port: String(preset.port),
    encryption: preset.encryption,
    mailFrom: 'a@example.org',
    authentication: 'oauth2',
    username: 'a@example.org',
    oauthAuthorizationUrl: authorizationUrl,
    oauthTokenUrl: tokenUrl,
    oauthClientId: 'latchkey',
    oauthScopes: scopes,
  })
  expect(settings.oauth).toMatchObject({ authorizationUrl, tokenUrl, scopes })
})

it('has a hint for each, in both languages', () => {
  const ids = presets.map(({ id }) => id).sort()
  expect(Object.keys(en.presets).sort()).toEqual(ids)
  expect(Object.keys(de.presets).sort()).toEqual(ids)
})

it('leads to the page where the key or password is made', () => {
  for (const { id, keyPage } of presets)
    if (id === 'custom') expect(keyPage).toBeNull()
    else expect(new URL(keyPage ?? '').protocol).toBe('https:')
})

it('clears what another preset has filled in, and leaves what a person has typed', () => {
  const mailtrap = presetChanges('mailtrap', {})
  expect(mailtrap).toMatchObject({ name: 'Mailtrap', host: 'live.smtp.mailtrap.io', username: 'api' })
  const gmail = { ...mailtrap, ...presetChanges('gmail', mailtrap) }
  expect(gmail).toMatchObject({ name: 'Gmail', host: 'smtp.gmail.com', port: '465', username: '' })
  expect(gmail.oauthTokenUrl).toContain('google')
  const brevo = presetChanges('brevo', { ...gmail, name: 'Our relay', username: 'anna@example.org' })
  expect(brevo).toMatchObject({ name: 'Our relay', host: 'smtp-relay.brevo.com', oauthTokenUrl: '' })
  expect(brevo).not.toHaveProperty('username')
  expect(presetChanges('custom', gmail)).toMatchObject({ name: '', host: '', oauthScopes: '' })
  expect(presetChanges('custom', { host: 'mail.example.org', name: 'Ours' })).toEqual({ name: 'Ours' })
})
