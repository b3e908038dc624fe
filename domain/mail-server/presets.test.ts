// The presets against Nodemailer's list of well-known services, and against the form.
import services from 'nodemailer/lib/well-known/services.json'
import { expect, it } from 'vitest'
import de from '../../messages/de.json'
import en from '../../messages/en.json'
import { mailServerForm } from './form'
import { presets } from './presets'

type Service = { host?: string; port?: number; secure?: boolean }
const known = services as unknown as Record<string, Service>

/** Ports on which the provider's own guide says the same host listens, where Nodemailer names another one. */
const documentedElsewhere: Record<string, number> = {
  postmark: 587, // postmarkapp.com/developer/user-guide/send-email-with-smtp: 25, 2525 or 587, with STARTTLS
  sendgrid: 465, // SendGrid's integration guide: 465 for SSL, 25 and 587 for TLS
}

it.each(presets.filter(preset => preset.wellKnown))('$id agrees with the well-known service', preset => {
  const service = known[preset.wellKnown!]!
  expect(preset.host).toBe(service.host)
  expect(preset.port).toBe(documentedElsewhere[preset.id] ?? service.port)
  if (!documentedElsewhere[preset.id])
    expect(preset.encryption === 'implicit-tls').toBe(service.secure ?? false)
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

it('has a hint for each, in both languages', () => {
  const ids = presets.map(({ id }) => id).sort()
  expect(Object.keys(en.presets).sort()).toEqual(ids)
  expect(Object.keys(de.presets).sort()).toEqual(ids)
})
