import { describe, expect, it } from 'vitest'
import { givenPasswordField, hashPassword, newPasswordField, passwordMatches } from './password'

const refusal = (password: string) => newPasswordField.safeParse(password).error?.issues[0]?.message

describe('a password', () => {
  it.each([
    ['eight letters', 'abcdefgh', undefined],
    ['128 signs of two halves each', '🔑'.repeat(128), undefined],
    ['128 letters with marks of their own', 'u\u0308'.repeat(128), undefined],
    ['129 letters', 'x'.repeat(129), 'password-long'],
  ])('of %s is counted as people see it', (_, password, code) => {
    expect(refusal(password)).toBe(code)
  })

  it('is the same however its letters are composed', async () => {
    const hash = await hashPassword('gu\u0308nther am See')
    expect(await passwordMatches(hash, 'günther am See')).toBe(true)
    expect(newPasswordField.parse('gu\u0308nther am See')).toBe('günther am See')
  })

  it('that is only compared may be longer, but not by the megabyte', () => {
    expect(givenPasswordField.safeParse('x'.repeat(1_024)).success).toBe(true)
    expect(givenPasswordField.safeParse('x'.repeat(1_025)).success).toBe(false)
    expect(givenPasswordField.safeParse('').success).toBe(false)
  })
})
