import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emailField, emailKey } from './email-address'

describe('an email address', () => {
  it('is the same account in any letter case and with spaces around it', () => {
    fc.assert(
      fc.property(fc.emailAddress(), email => {
        expect(emailKey(email.toUpperCase())).toBe(emailKey(email))
        expect(emailKey(` ${email} `)).toBe(emailKey(email))
        expect(emailKey(emailKey(email))).toBe(emailKey(email))
      }),
    )
  })

  it.each(['anna@example.org', ' Anna@Example.org ', 'a+b@example.co.uk', 'jürgen@example.org'])(
    '%j is taken',
    email => {
      expect(emailField.parse(email)).toBe(email.trim())
    },
  )

  it.each([
    ['', 'email-required'],
    ['   ', 'email-required'],
    ['anna', 'email-invalid'],
    ['anna@', 'email-invalid'],
    ['a b@example.org', 'email-invalid'],
    ['anna@example.org\r\nRCPT TO:<x@y>', 'email-invalid'],
    [`${'a'.repeat(250)}@example.org`, 'email-invalid'],
  ])('%j is refused as %s', (email, code) => {
    expect(emailField.safeParse(email).error?.issues[0]?.message).toBe(code)
  })
})
