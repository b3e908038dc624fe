import { beforeEach, describe, expect, it } from 'vitest'
import { codeOf } from '@/domain/links/link-code'
import { tokenOf } from '@/domain/links/link-token'
import { nobody } from '@/domain/viewer'
import type { User } from '@/generated/prisma/client'
import { setClockAhead } from '@/lib/clock'
import { db } from '@/lib/db'
import { dump, useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { activationLink, readActivation, resendActivation } from './activation'
import { readPasswordReset, resetLinkToken } from './password-reset'
import { administrator, person } from './testing/people'
import { linkOfCode } from './typed-code'

useTestDatabase()
const address = '192.0.2.7'
const elsewhere = (number: number) => `198.51.${number}.9`
let anna: User
let token: string

beforeEach(async () => {
  anna = await person({ email: 'anna@example.org' })
  token = tokenOf(await resetLinkToken(anna.email, nobody(address)))
})

describe('the code beside a link', () => {
  it('has eight signs that are hard to mistake, and stands nowhere in the database', async () => {
    const code = codeOf(token)
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/)
    await linkOfCode(anna.email, code, address)
    const all = await dump()
    for (const kept of [code, code.replace('-', '')]) expect(all).not.toContain(kept)
  })

  it.each([
    ['as it stands', (code: string) => code],
    ['in small letters', (code: string) => code.toLowerCase()],
    ['without its hyphen', (code: string) => code.replace('-', '')],
    ['with spaces and another hyphen', (code: string) => ` ${code.replace('-', ' – ')} `],
    ['with O for 0 and l for 1', (code: string) => code.replaceAll('0', 'o').replaceAll('1', 'l')],
  ])('leads to the page of the link, typed %s', async (_, typed) => {
    const path = await linkOfCode('ANNA@example.org', typed(codeOf(token)), address)
    expect(path).toBe(`/reset-password/${token}`)
    expect((await readPasswordReset(token)).dead).toBeNull()
  })

  it('activates too, and of an older link leads to what has become of it', async () => {
    const root = await administrator()
    const ben = await person({ email: 'ben@example.org', state: 'pending' })
    const older = (await activationLink(root, ben.id)).split('/').at(-1) as string
    expect(await linkOfCode(ben.email, codeOf(older), address)).toBe(`/activate/${older}`)
    await resendActivation(root, ben.id)
    expect(await linkOfCode(ben.email, codeOf(older), address)).toBe(`/activate/${older}`)
    expect((await readActivation(older)).dead).toBe('replaced')
  })

  it('is of use with its own address alone, and says the same of an address that nobody has', async () => {
    await person({ email: 'ben@example.org' })
    for (const email of ['ben@example.org', 'nobody@example.org'])
      expect(await refusalOf(linkOfCode(email, codeOf(token), address))).toBe('code-wrong')
    expect(await refusalOf(linkOfCode(anna.email, '', address))).toBe('code-wrong')
    expect(await db().auditEvent.findMany({ where: { action: 'link-code.wrong' } })).toHaveLength(3)
  })
})

describe('guesses', () => {
  const guess = (from: string, email = anna.email) => refusalOf(linkOfCode(email, '0000-0000', from))

  it.each(['anna@example.org', 'nobody@example.org'])(
    'at %s are few from one network, and few from all together; the link works on',
    async email => {
      const answers: string[] = []
      for (let number = 0; number < 6; number++) answers.push(await guess(address, email))
      expect(answers).toEqual([...Array(5).fill('code-wrong'), 'too-many-attempts'])
      for (let number = 0; number < 20; number++) answers.push(await guess(elsewhere(number), email))
      expect(answers.filter(answer => answer === 'code-wrong')).toHaveLength(20)
      expect((await readPasswordReset(token)).dead).toBeNull()
      setClockAhead(61 * 60_000)
      expect(await guess(elsewhere(30), email)).toBe('code-wrong')
    },
  )

  it('from one network at many addresses end too', async () => {
    const answers: string[] = []
    for (let number = 0; number < 61; number++) answers.push(await guess(address, `a${number}@example.org`))
    expect(answers.filter(answer => answer === 'code-wrong')).toHaveLength(60)
  })

  it('do not count once the right code was typed in the same place', async () => {
    for (let number = 0; number < 4; number++) await guess(address)
    await linkOfCode(anna.email, codeOf(token), address)
    for (let number = 0; number < 5; number++) expect(await guess(address)).toBe('code-wrong')
  })
})
