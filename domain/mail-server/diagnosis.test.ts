// Explanations: every cause has its sentences.
import { createTranslator } from 'next-intl'
import { describe, expect, it } from 'vitest'
import { type Cause, causes } from '@/domain/smtp/causes'
import { type MailServerSettings, plainSettings } from '@/domain/smtp/settings'
import de from '../../messages/de.json'
import en from '../../messages/en.json'
import { explanationValues } from './diagnosis'

const base: MailServerSettings = {
  ...plainSettings({ host: '127.0.0.1', port: 587 }),
  mailFrom: 'Latchkey <from@example.org>',
  timeoutSeconds: 1,
}
describe.each([
  ['en', en],
  ['de', de],
])('in %s', (locale, messages) => {
  const translate = createTranslator({
    locale,
    messages: { diagnosis: messages.diagnosis },
    onError: error => {
      throw error
    },
  }) as unknown as (key: string, values: Record<string, string>) => string

  it('has exactly the causes of the contract', () => {
    expect(Object.keys(messages.diagnosis)).toEqual([...causes])
  })

  it.each(causes)('%s is explained, whatever is known of it', cause => {
    const details: Record<string, string>[] = [
      {},
      { openPort: '465', openEncryption: 'implicit-tls', starttls: 'yes', stripped: 'yes', answered: 'imap' },
      { answered: 'yes', starttls: 'no', reason: 'smtputf8', reply: "550 {it's} <odd>" },
      ...['pin', 'client', 'scope', 'endpoint', 'server'].map(reason => ({
        reason,
        code: 'x',
        reply: '400',
      })),
    ]
    for (const detail of details) {
      const values = explanationValues({ detail }, base)
      for (const part of ['title', 'fix']) {
        const text = translate(`diagnosis.${cause}.${part}`, values)
        expect(text.length).toBeGreaterThan(15)
        expect(text).not.toMatch(/undefined|\bnone\b|\s{2}|[{}]{2}/)
      }
    }
  })
})

describe('the words', () => {
  const translate = createTranslator({ locale: 'en', messages: { diagnosis: en.diagnosis } }) as unknown as (
    key: string,
    values: Record<string, string>,
  ) => string
  const told = (cause: Cause, detail: Record<string, string>) =>
    ['title', 'fix']
      .map(part => translate(`diagnosis.${cause}.${part}`, explanationValues({ detail }, base)))
      .join(' ')

  it('differ by the reason for which there is no access token', () => {
    const reasons = ['client', 'scope', 'endpoint', 'server']
    const texts = reasons.map(reason => told('oauth-token-rejected', { reason }))
    expect(new Set(texts).size).toBe(reasons.length)
    expect(told('oauth-token-rejected', { reason: 'client', reply: '401 invalid_client' })).toContain(
      '401 invalid_client',
    )
  })

  it('hold both fingerprints where another certificate than the pinned one is shown', () => {
    const text = told('certificate-untrusted', { reason: 'pin', expected: 'AA:01', fingerprint: 'BB:02' })
    expect(text).toContain('AA:01')
    expect(text).toContain('BB:02')
  })

  it('lead to the name and not to the password, to waiting and not to another try, to DNS and not to the provider', () => {
    expect(told('ehlo-rejected', {})).toContain('EHLO name')
    expect(told('auth-rejected', { reason: 'disabled' })).not.toMatch(/password/i)
    expect(told('rate-limited', { reason: 'login' })).toContain('Wait')
    expect(told('rate-limited', { reason: 'login' })).not.toMatch(/password|more mail/i)
    expect(told('sender-rejected', { reason: 'dmarc' })).toMatch(/SPF.*DKIM/)
    expect(told('client-blocked', {})).toMatch(/block list.*PTR/)
    expect(told('protocol-error', { reason: 'busy' })).toContain('by itself')
  })

  it('tell of an authority whose certificate has expired, and not of the server’s own', () => {
    const text = told('certificate-expired', {
      reason: 'chain',
      certificateFor: 'Old CA',
      validTo: '2025-01-01T00',
    })
    expect(text).toMatch(/Old CA.*2025-01-01/)
  })

  it('never blame the password for a reply that nobody knows', () => {
    const text = told('protocol-error', { reply: '550 The moon is full' })
    expect(text).toContain('The moon is full')
    expect(text).not.toMatch(/password|username/i)
  })
})
