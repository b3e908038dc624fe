import { describe, expect, test } from 'vitest'
import { locales, messagesFor } from '@/lib/i18n/locales'
import { type MailKind, type MailMessage, renderMail } from '.'

const link = 'https://latchkey.example.org/activate/AbC-123_xyz-0123456789-0123456789-0123456789-0123456789'
const at = '2025-11-24T14:05:00Z[Europe/Berlin]'

/** Every kind of mail to somebody with a name, with the link that it must carry. */
const mails = (
  name: string,
): { [Kind in MailKind]: [Extract<MailMessage, { kind: Kind }>, string | null] } => {
  const account = { name, organisation: 'Acme', site: 'latchkey.example.org', support: null }
  const email = 'anna@example.org'
  const ending = { link, expiresAt: at, validFor: 'P3D' }
  const code = { code: '7K3M-9QXT', codeUrl: 'https://latchkey.example.org/code' }
  return {
    test: [
      {
        kind: 'test',
        params: {
          serverName: name,
          host: 'smtp.example.org',
          requestedBy: name,
          organisation: 'Acme',
          site: account.site,
          support: null,
        },
      },
      null,
    ],
    activation: [
      { kind: 'activation', params: { ...account, ...ending, ...code, invitedBy: name, email } },
      link,
    ],
    'account-activated': [
      { kind: 'account-activated', params: { ...account, email, signInUrl: link } },
      link,
    ],
    'password-reset': [{ kind: 'password-reset', params: { ...account, ...ending, ...code, email } }, link],
    'password-changed': [
      { kind: 'password-changed', params: { ...account, email, changedAt: at, resetUrl: link } },
      link,
    ],
    'sign-in-security-changed': [
      {
        kind: 'sign-in-security-changed',
        params: { ...account, email, change: 'An app was added.', changedAt: at, resetUrl: link },
      },
      link,
    ],
    'new-device': [
      {
        kind: 'new-device',
        params: { ...account, ...ending, email, device: 'Firefox', address: '192.0.2.7', seenAt: at },
      },
      link,
    ],
    setup: [{ kind: 'setup', params: { ...account, ...ending, email } }, link],
    'sign-in-slowed': [
      { kind: 'sign-in-slowed', params: { ...account, ...ending, email, seenAt: at } },
      link,
    ],
    'confirm-new-email': [
      { kind: 'confirm-new-email', params: { ...account, ...ending, newEmail: 'new@example.org' } },
      link,
    ],
    'email-changed': [
      {
        kind: 'email-changed',
        params: { ...account, oldEmail: 'old@example.org', newEmail: 'new@example.org', changedAt: at },
      },
      null,
    ],
    'email-taken': [
      { kind: 'email-taken', params: { ...account, email, askedAt: at, resetUrl: link } },
      link,
    ],
  }
}

const everyMail = locales.flatMap(locale =>
  Object.values(mails('Änna Öztürk')).map(([message, carries]) => ({
    locale,
    kind: message.kind,
    message,
    carries,
  })),
)

const names = (name: string) => ({ name, organisation: name, invitedBy: name, serverName: name })
const occurrences = (text: string, part: string) => text.split(part).length - 1

describe.each(everyMail)('$kind in $locale', ({ message, locale, carries }) => {
  test('has a subject on one line, a document in its language and a text', async () => {
    const mail = await renderMail(message, locale)
    expect(mail.subject).toMatch(/^\S.*\S$/)
    expect(mail.html).toContain(`lang="${locale}"`)
    expect(mail.text).toContain('Änna Öztürk')
  })

  test('names the organisation in its subject, and in its first sentence with the place to sign in', async () => {
    const { subject, text } = await renderMail(message, locale)
    expect(subject).toContain('Acme')
    const [first = ''] = text.split('\n').filter(line => line.includes('Acme') && line !== 'Acme')
    expect(first).toContain('latchkey.example.org')
    expect(first).toMatch(/@example\.org|smtp\.example\.org/)
  })

  test('stays short in its subject, whatever somebody is called', async () => {
    const endless = { ...message, params: { ...message.params, ...names('x'.repeat(5_000)) } } as MailMessage
    expect((await renderMail(endless, locale)).subject.length).toBeLessThan(180)
  })

  test('makes no link of a name', async () => {
    const named = {
      ...message,
      params: { ...message.params, ...names('pay.example.net/now') },
    } as MailMessage
    const { html, text } = await renderMail(named, locale)
    expect(html + text).not.toContain('pay.example.net')
    expect((html + text).replaceAll('\u2060', '')).toContain('pay.example.net')
  })

  test('carries its link as a button, and to press and read as it is', async () => {
    const { html, text } = await renderMail(message, locale)
    expect(occurrences(html, 'href="')).toBe(carries ? 2 : 0)
    if (!carries) return
    expect(occurrences(html, `href="${carries}"`)).toBe(2)
    expect(text.split('\n')).toContain(carries)
    expect(occurrences(text, carries)).toBe(1)
  })

  test('says in its foot where to find help, if there is such an address', async () => {
    const asked = { ...message, params: { ...message.params, support: 'help@example.org' } } as MailMessage
    expect((await renderMail(asked, locale)).text).toMatch(/\S\? .* help@example\.org\.\n$/)
    expect((await renderMail(message, locale)).text).not.toContain('help@')
  })

  test('fetches nothing', async () => {
    const { html } = await renderMail(message, locale)
    expect(html).not.toMatch(/src=|url\(|@import|<link|<img/i)
  })

  test.each([
    ['a tag', '<script>alert(1)</script>"\'&'],
    ['emoji', '👩‍🚀 Anna'],
    ['200 characters', 'x'.repeat(200)],
    ['ICU syntax', '{name} #<b>'],
  ])('shows a name with %s as it is and never as markup', async (_, name) => {
    const evil = mails(name)[message.kind][0]
    const { html, text } = await renderMail(evil, locale)
    expect(html).not.toContain('<script')
    expect(html).not.toContain('<b>')
    expect(text).toContain(name)
  })

  test('lets no name forge a header, a line, or the direction of the sentence', async () => {
    const evil = mails('Anna\r\nBcc: all@example.org\u202e\u2028')[message.kind][0]
    const { subject, html, text } = await renderMail(evil, locale)
    expect(subject).not.toMatch(/[\r\n]/)
    expect(text).not.toMatch(/^Bcc:/m)
    expect(html + text + subject).not.toMatch(/[\u202e\u2028]/)
  })
})

test('a moment is absolute, in the zone of the reader, and says which that is', async () => {
  const [reset] = mails('Anna')['password-reset']
  expect((await renderMail(reset, 'en')).text).toContain('for 3 days, until Monday 24 November, 15:05 CET.')
  expect((await renderMail(reset, 'de')).text).toContain('3 Tage, bis Montag, 24. November, 15:05 Uhr MEZ.')
  const elsewhere = { ...reset, params: { ...reset.params, expiresAt: '2025-11-24T14:05:00Z' } }
  expect((await renderMail(elsewhere, 'en')).text).toContain('until Monday 24 November, 14:05 UTC.')
})

test.each([
  ['PT1H', '1 hour', '1 Stunde'],
  ['PT65H', '65 hours', '65 Stunden'],
  ['PT45M', '45 minutes', '45 Minuten'],
  ['P3D', '3 days', '3 Tage'],
])('%s is %s', async (validFor, english, german) => {
  const [reset] = mails('Anna')['password-reset']
  const message = { ...reset, params: { ...reset.params, validFor } }
  expect((await renderMail(message, 'en')).text).toContain(english)
  expect((await renderMail(message, 'de')).text).toContain(german)
})

test('an invitation says who made the account, where, and as whom one signs in there', async () => {
  const { subject, text } = await renderMail(mails('Tom Admin').activation[0], 'en')
  expect(subject).toBe('Tom Admin created an account for you at Acme')
  expect(text).toContain(
    'Tom Admin has created an account for you at Acme: you sign in at latchkey.example.org as anna@example.org.',
  )
})

test('greets without a name where none is known, and invites without an inviter', async () => {
  const [{ kind, params }] = mails('').activation
  const { subject, text } = await renderMail({ kind, params: { ...params, invitedBy: null } }, 'en')
  expect(subject).toBe('Activate your account at Acme')
  expect(text).toContain('Hello,\n')
  expect(text).toContain('An account has been created for you at Acme')
})

test('Outlook for Windows gets a table of a width that it understands, and nobody else', async () => {
  const { html } = await renderMail(mails('Anna').activation[0], 'en')
  expect(html).toMatch(/<!--\[if mso\]><table[^>]* width="544"><tr><td><!\[endif\]-->/)
  expect(occurrences(html, '</td></tr></table><![endif]-->')).toBe(1)
  expect(html).not.toContain('outlook-width')
})

test('a name written from right to left keeps the sentence around it in order', async () => {
  const { text } = await renderMail(mails('دانا').activation[0], 'en')
  expect(text).toContain('Hello \u2068دانا\u2069,')
})

test('a regional language reads its language, an unknown one English', async () => {
  const [message] = mails('Anna').activation
  expect((await renderMail(message, 'de-AT')).subject).toBe((await renderMail(message, 'de')).subject)
  expect((await renderMail(message, 'tlh')).subject).toBe((await renderMail(message, 'en')).subject)
})

test.each(['emails', 'components'])('the %s texts exist in every language', async namespace => {
  const [first, ...others] = await Promise.all(
    locales.map(async locale => keysOf((await messagesFor(locale))[namespace])),
  )
  for (const keys of others) expect(keys).toEqual(first)
})

const keysOf = (texts: unknown, path = ''): string[] =>
  typeof texts === 'string'
    ? [path]
    : Object.entries(texts as object)
        .flatMap(([key, value]) => keysOf(value, `${path}.${key}`))
        .sort()
