import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { now } from '@/lib/clock'
import { db, transaction } from '@/lib/db'
import { setEnv } from '@/lib/env'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { seedDemo } from '@/prisma/seed'
import { demoAccounts, publicAccounts, shutPublicAccounts } from './demo-accounts'
import { hashPassword, setPassword } from './password'
import { viewerOf } from './session'
import { createAdministrator, readSetup, setUp, setupToken } from './setup'
import { signIn } from './sign-in'

useTestDatabase()
const here = { address: '203.0.113.7', device: 'test' }
const [administrator] = demoAccounts
const boss = { email: 'boss@example.org', password: 'three quiet words' }

beforeEach(async () => {
  setEnv({ demo: true })
  await seedDemo()
})
afterEach(() => setEnv({ demo: false }))

async function changePassword(password: string) {
  const hash = await hashPassword(password)
  const { id } = await db().user.findFirstOrThrow({ where: { email: administrator.email } })
  await transaction(tx => setPassword(tx, id, { hash }))
}

describe('a demo account', () => {
  it.each(demoAccounts)('opens to its public password only while the demo is on: $email', async account => {
    expect(await signIn(account.email, account.password, here)).toMatchObject({ token: expect.any(String) })
    setEnv({ demo: false })
    expect(await refusalOf(signIn(account.email, account.password, here))).toBe('sign-in-failed')
  })

  it('is a real account once it has a password of its own', async () => {
    await changePassword('nobody else knows')
    setEnv({ demo: false })
    expect(await signIn(administrator.email, 'nobody else knows', here)).toMatchObject({
      token: expect.any(String),
    })
    expect((await publicAccounts()).map(({ email }) => email)).not.toContain(administrator.email)
    expect(await setupToken()).toBeNull()
  })

  it('is shut again by any of the public passwords, also after it had another one and another address', async () => {
    await changePassword('nobody else knows')
    await changePassword('customer')
    await db().user.updateMany({
      where: { email: administrator.email },
      data: { email: 'x@example.org', emailKey: 'x@example.org' },
    })
    setEnv({ demo: false })
    expect(await refusalOf(signIn('x@example.org', 'customer', here))).toBe('sign-in-failed')
    expect(await setupToken()).not.toBeNull()
  })

  it('is signed out where Latchkey starts without the demo, and only then', async () => {
    const { token: session } = await signIn(administrator.email, administrator.password, here)
    expect(await viewerOf(session, here.address)).not.toBeNull()
    setEnv({ demo: false })
    expect(await shutPublicAccounts()).toEqual(demoAccounts.map(({ email }) => email))
    expect(await viewerOf(session, here.address)).toBeNull()
    expect(await db().session.count({ where: { revokedAt: { lte: now() } } })).toBe(1)
  })

  it('of a system administrator keeps nobody from setting the installation up for real', async () => {
    expect(await setupToken()).toBeNull()
    setEnv({ demo: false })
    const token = (await setupToken()) ?? ''
    expect(await refusalOf(setUp(token, { ...boss, email: administrator.email }, here))).toBe('email-taken')
    expect(await readSetup(token)).toMatchObject({ dead: null })
    await setUp(token, boss, here)
    expect(await setupToken()).toBeNull()
    expect(await readSetup(token)).toMatchObject({ dead: 'used' })
    await createAdministrator(
      { ...boss, email: 'second@example.org' },
      { id: null, email: 'test', address: null },
    )
  })
})

it('a real account may have any password, public elsewhere or not', async () => {
  setEnv({ demo: false })
  await createAdministrator(
    { email: 'boss@example.org', password: 'sysadmin' },
    { id: null, email: 'test', address: null },
  )
  expect(await signIn('boss@example.org', 'sysadmin', here)).toMatchObject({ token: expect.any(String) })
})
