import { describe, expect, it } from 'vitest'
import { presets } from '@/domain/mail-server/presets'
import { providerDns, providerOf } from './providers'

describe('a provider', () => {
  it('is known by the preset whose name it bears', () => {
    const ids = presets.map(({ id }) => id)
    expect(Object.keys(providerDns).filter(id => !ids.includes(id))).toEqual([])
  })

  it.each([
    ['smtp.sendgrid.net', 'custom', 'sendgrid'],
    ['SMTP.Office365.com', 'custom', 'microsoft-365'],
    ['email-smtp.us-east-1.amazonaws.com', 'amazon-ses', 'amazon-ses'],
    ['smtp.eu.mailgun.org', 'mailgun', 'mailgun'],
    // Whoever rents a machine there has a server of their own.
    ['static.5.6.7.8.clients.your-server.de', 'custom', undefined],
    ['relay.example.org', 'sendgrid', undefined],
    ['127.0.0.1', 'custom', undefined],
  ])('behind %s with preset %s is %s', (host, provider, id) => {
    expect(providerOf({ host, provider })?.id).toBe(id)
  })
})
