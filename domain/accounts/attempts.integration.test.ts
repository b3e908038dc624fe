// Who may try a password how often: strangers with many addresses, and the owner in the middle of them.
import { beforeEach, describe, expect, it } from 'vitest'
import { tokenOf } from '@/domain/links/link-token'
import type { Viewer } from '@/domain/viewer'
import { nobody } from '@/domain/viewer'
import type { User } from '@/generated/prisma/client'
import { setClockAhead } from '@/lib/clock'
import { db } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { admit } from './attempts'
import { knownDevice, markDevice } from './known-device'
import { resetLinkToken, resetPassword } from './password-reset'
import { changePassword } from './profile'
import { signIn, unlock } from './sign-in'
import { administrator, origin, password, person, signedIn } from './testing/people'
import { disableUser, enableUser } from './users'

useTestDatabase()
const minutes = 60_000
let root: Viewer
let anna: User

beforeEach(async () => {
  root = await administrator()
  anna = await person({ email: 'anna@example.org' })
})

/** The n-th address that nobody has signed in from. */
const stranger = (n: number) => `198.${18 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`
const guess = (account: string, address: string) =>
  refusalOf(admit({ account, address, device: null, atHome: false }))

/** Attempts from so many addresses, as far as they are admitted. */
async function attack(account: string, addresses: number, each = 1): Promise<number> {
  let looked = 0
  for (let n = 0; n < addresses; n++)
    for (let attempt = 0; attempt < each; attempt++)
      if ((await guess(account, stranger(n))) === 'done') looked++
  return looked
}

describe('strangers with a thousand addresses', () => {
  it('get a few guesses at one account in an hour, and never more than a hundred', async () => {
    let looked = 0
    for (let quarter = 0; quarter < 5; quarter++) {
      setClockAhead(quarter * 14 * minutes)
      looked += await attack(anna.emailKey, 60, 2)
    }
    expect(looked).toBeLessThanOrEqual(80)
    expect(looked).toBeGreaterThan(0)
  })

  it('never keep the owner out at a device that the account is known on', async () => {
    const mark = markDevice(anna.id)
    await attack(anna.emailKey, 1_000)
    const elsewhere = { ...origin, address: '203.0.113.77' }
    expect(await refusalOf(signIn(anna.email, password, elsewhere))).toBe('too-many-attempts')
    expect(await refusalOf(signIn(anna.email, password, { ...elsewhere, marks: [mark] }))).toBe('done')
  })

  it('never keep the owner out where the account has signed in lately', async () => {
    await signedIn(anna)
    await attack(anna.emailKey, 100)
    expect(await refusalOf(signIn(anna.email, password, origin))).toBe('done')
    setClockAhead(31 * 24 * 60 * minutes)
    await attack(anna.emailKey, 100)
    expect(await refusalOf(signIn(anna.email, password, origin))).toBe('too-many-attempts')
  })

  it('are answered in the same way at an account that does not exist', async () => {
    const answers = async (account: string) => {
      const all: string[] = []
      for (let n = 0; n < 60; n++) all.push(await guess(account, stranger(n % 5)))
      return all
    }
    expect(await answers('nobody@example.org')).toEqual(await answers(anna.emailKey))
  })

  it('with one IPv6 network are one', async () => {
    const answers: string[] = []
    for (let n = 0; n < 20; n++) answers.push(await guess(anna.emailKey, `2001:db8:1:2::${n.toString(16)}`))
    expect(answers.filter(answer => answer === 'done')).toHaveLength(10)
    expect(await guess(anna.emailKey, '2001:db8:1:3::1')).toBe('done')
    expect(await guess(anna.emailKey, '::ffff:192.0.2.9')).toBe('done')
  })
})

describe('an attempt that a narrow limit refuses', () => {
  it('counts nowhere else: hundreds at one account lock no office out', async () => {
    for (let n = 0; n < 300; n++) await guess(anna.emailKey, '192.0.2.200')
    await person({ email: 'ben@example.org' })
    const office = { ...origin, address: '192.0.2.200' }
    expect(await refusalOf(signIn('ben@example.org', password, office))).toBe('done')
    expect(await refusalOf(signIn(anna.email, password, { ...origin, address: '192.0.2.201' }))).toBe('done')
    const rows = await db().rateLimit.findMany({ orderBy: { key: 'asc' } })
    const counts = rows.map(({ key, points, refused }) => [key.split(':')[0], points, refused])
    expect(counts).toContainEqual(['sign-in-at', 10, 290])
    expect(counts).toContainEqual(['sign-in-to', 10, 0])
    expect(counts).toContainEqual(['sign-in-with', 10, 0])
  })

  it('does not hold up the next window', async () => {
    for (let n = 0; n < 15; n++) await guess(anna.emailKey, '192.0.2.200')
    expect(await guess(anna.emailKey, '192.0.2.200')).toBe('too-many-attempts')
    setClockAhead(16 * minutes)
    expect(await guess(anna.emailKey, '192.0.2.200')).toBe('done')
  })

  it('is one of many accounts that one network tries', async () => {
    const answers: string[] = []
    for (let n = 0; n < 210; n++) answers.push(await guess(`p${n}@example.org`, '192.0.2.200'))
    expect(answers.filter(answer => answer === 'done')).toHaveLength(200)
  })
})

describe('whoever proves to be the owner', () => {
  const locked = async () => {
    await attack(anna.emailKey, 60)
    expect(await refusalOf(signIn(anna.email, password, origin))).toBe('too-many-attempts')
  }
  const next = 'another good password'

  it('starts anew after a reset by mail', async () => {
    await locked()
    const token = tokenOf(await resetLinkToken(anna.email, nobody('')))
    await resetPassword(token, next, origin)
    expect(await refusalOf(signIn(anna.email, next, origin))).toBe('done')
  })

  it('starts anew after a change of the password', async () => {
    const viewer = { ...(await signedIn(anna)), address: '203.0.113.5' }
    await db().session.updateMany({ data: { address: '203.0.113.5' } })
    await locked()
    await changePassword(viewer, password, next)
    expect(await refusalOf(signIn(anna.email, next, origin))).toBe('done')
  })

  it('starts anew when an administrator enables the account, or unlocks it', async () => {
    await locked()
    await disableUser(root, anna.id)
    await enableUser(root, anna.id)
    expect(await refusalOf(signIn(anna.email, 'wrong', origin))).toBe('sign-in-failed')
    await locked()
    expect(await unlock(' ANNA@example.org ', nobody(''))).toBeGreaterThan(0)
    expect(await refusalOf(signIn(anna.email, password, origin))).toBe('done')
  })

  it('unlocks nobody else, whatever signs are in the address', async () => {
    await person({ email: 'a_na@example.org' })
    await locked()
    await unlock('a_na@example.org', nobody(''))
    await unlock('%', nobody(''))
    expect(await refusalOf(signIn(anna.email, password, origin))).toBe('too-many-attempts')
  })

  it('may try as often in one session as another session may not', async () => {
    const [one, other] = [await signedIn(anna), await signedIn(anna)]
    for (let attempt = 0; attempt < 12; attempt++) await refusalOf(changePassword(one, 'wrong', next))
    expect(await refusalOf(changePassword(one, password, next))).toBe('too-many-attempts')
    expect(await refusalOf(changePassword(other, password, next))).toBe('done')
  })
})

describe('the mark of a device', () => {
  it('is good for one account, and cannot be made', async () => {
    const mark = markDevice(anna.id)
    expect(knownDevice([mark], anna.id)).toBeTruthy()
    expect(knownDevice([mark], root.id)).toBeNull()
    expect(knownDevice([mark], null)).toBeNull()
    const [key, device] = mark.split('.')
    for (const forged of [
      '',
      '.',
      '..',
      `${key}.${device}.`,
      `${key}.${device}.x`,
      `gone.${device}.x`,
      'x'.repeat(9_000),
    ])
      expect(knownDevice([forged], anna.id)).toBeNull()
    expect(mark).not.toContain(anna.id)
  })

  it('lets nobody guess for ever', async () => {
    const marked = { ...origin, marks: [markDevice(anna.id)] }
    const answers: string[] = []
    for (let n = 0; n < 12; n++) answers.push(await refusalOf(signIn(anna.email, 'wrong', marked)))
    expect(answers.filter(answer => answer === 'sign-in-failed')).toHaveLength(10)
  })
})
