import { describe, expect, test } from 'vitest'
import { locales, messagesFor } from '@/lib/i18n/locales'
import { type MailKind, type MailMessage, renderMail } from '.'

const link = 'https://latchkey.example.org/activate/AbC-123_xyz-0123456789-0123456789-0123456789-0123456789'
const at = '2025-11-24T14:05:00Z'

/** Every kind of mail, with the link that it must carry. */
const mails = (
  name: string,
): { [Kind in MailKind]: [Extract<MailMessage, { kind: Kind }>, string | null] } => ({
  test: [{ kind: 'test', params: { serverName: name, host: 'smtp.example.org', requestedBy: name } }, null],
  activation: [{ kind: 'activation', params: { name, invitedBy: name, link, expiresAt: at } }, link],
  'account-activated': [
    { kind: 'account-activated', params: { name, email: 'anna@example.org', signInUrl: link } },
    link,
  ],
  'password-reset': [{ kind: 'password-reset', params: { name, link, expiresAt: at } }, link],
  'password-changed': [{ kind: 'password-changed', params: { name, changedAt: at, resetUrl: link } }, link],
  'confirm-new-email': [
    { kind: 'confirm-new-email', params: { name, newEmail: 'new@example.org', link, expiresAt: at } },
    link,
  ],
  'email-changed': [
    {
      kind: 'email-changed',
      params: { name, oldEmail: 'old@example.org', newEmail: 'new@example.org', changedAt: at },
    },
    null,
  ],
  'email-taken': [
    { kind: 'email-taken', params: { name, email: 'anna@example.org', askedAt: at, resetUrl: link } },
    link,
  ],
})

const everyMail = locales.flatMap(locale =>
  Object.values(mails('Änna Öztürk')).map(([message, carries]) => ({
    locale,
    kind: message.kind,
    message,
    carries,
  })),
)

const occurrences = (text: string, part: string) => text.split(part).length - 1

describe.each(everyMail)('$kind in $locale', ({ message, locale, carries }) => {
  test('has a subject on one line, a document in its language and a text', async () => {
    const mail = await renderMail(message, locale)
    expect(mail.subject).toMatch(/^\S.*\S$/)
    expect(mail.html).toContain(`lang="${locale}"`)
    expect(mail.text).toContain('Änna Öztürk')
  })

  test('carries its link once to click and once to read, whole', async () => {
    const { html, text } = await renderMail(message, locale)
    expect(occurrences(html, 'href="')).toBe(carries ? 1 : 0)
    if (!carries) return
    expect(occurrences(html, `href="${carries}"`)).toBe(1)
    expect(text.split('\n')).toContain(carries)
    expect(occurrences(text, carries)).toBe(1)
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

test('a moment is absolute and says its time zone', async () => {
  const [reset] = mails('Anna')['password-reset']
  expect((await renderMail(reset, 'en')).text).toContain('valid until 24 November, 14:05 UTC')
  expect((await renderMail(reset, 'de')).text).toContain('bis 24. November, 14:05 Uhr UTC')
})

test('greets without a name where none is known, and invites without an inviter', async () => {
  const message = { kind: 'activation', params: { name: '', invitedBy: null, link, expiresAt: at } } as const
  const { text } = await renderMail(message, 'en')
  expect(text).toContain('Hello,\n')
  expect(text).toContain('An account has been created for you.')
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
