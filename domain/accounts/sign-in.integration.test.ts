import { beforeEach, describe, expect, it } from 'vitest'
import { changeSettings, installationDefaults } from '@/domain/settings/installation'
import { nobody } from '@/domain/viewer'
import { setClockAhead } from '@/lib/clock'
import { db } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { changePassword } from './profile'
import { prove } from './proof'
import { endSession, listSessions, signOut, signOutEverywhere, viewerOf } from './session'
import { signIn, unlock } from './sign-in'
import { justProved, origin, password, person, signedIn, twoTenants } from './testing/people'
import { changeUser } from './user-change'
import { disableUser, enableUser } from './users'

useTestDatabase()

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const events = async () =>
  (await db().auditEvent.findMany({ orderBy: { id: 'asc' } })).map(({ action }) => action)

const tokenOf = async (email: string) => (await signIn(email, password, origin)).token

describe('signing in', () => {
  beforeEach(async () => {
    await person({ email: 'Anna@Example.org' })
  })

  it.each(['Anna@Example.org', 'anna@example.org', 'ANNA@EXAMPLE.ORG', ' anna@example.org '])(
    'works with %j, for letter case never makes another account',
    async email => {
      const { token } = await signIn(email, password, origin)
      expect(await viewerOf(token, '192.0.2.9')).toMatchObject({
        email: 'Anna@Example.org',
        address: '192.0.2.9',
      })
      expect(await events()).toEqual(['sign-in.succeeded'])
    },
  )

  it('is refused in the same words for an unknown address, a wrong password, a pending and a disabled account', async () => {
    await person({ email: 'pending@example.org', state: 'pending' })
    await person({ email: 'disabled@example.org', state: 'disabled' })
    const answers = await Promise.all([
      refusalOf(signIn('nobody@example.org', password, origin)),
      refusalOf(signIn('anna@example.org', `${password}!`, origin)),
      refusalOf(signIn('pending@example.org', password, origin)),
      refusalOf(signIn('disabled@example.org', password, origin)),
    ])
    expect(new Set(answers)).toEqual(new Set(['sign-in-failed']))
    expect(await events()).toEqual(Array(4).fill('sign-in.failed'))
    expect(await db().session.count()).toBe(0)
  })

  it('is limited to ten failures from one address, for known and unknown accounts alike', async () => {
    for (const email of ['anna@example.org', 'nobody@example.org']) {
      for (let attempt = 0; attempt < 10; attempt++)
        expect(await refusalOf(signIn(email, 'wrong', origin))).toBe('sign-in-failed')
      expect(await refusalOf(signIn(email, password, origin))).toBe('too-many-attempts')
    }
    const elsewhere = { ...origin, address: '198.51.100.1' }
    expect(await refusalOf(signIn('anna@example.org', password, elsewhere))).toBe('done')
    expect(await unlock('ANNA@example.org', nobody(''))).toBeGreaterThan(0)
    expect(await refusalOf(signIn('anna@example.org', password, origin))).toBe('done')
  })

  it('counts parallel guesses too', async () => {
    const answers = await Promise.all(
      Array.from({ length: 25 }, () => refusalOf(signIn('anna@example.org', 'wrong', origin))),
    )
    expect(answers.filter(answer => answer === 'sign-in-failed')).toHaveLength(10)
    expect(answers.filter(answer => answer === 'too-many-attempts')).toHaveLength(15)
  })

  it('forgets the failures of whoever succeeds', async () => {
    for (let round = 0; round < 2; round++) {
      for (let attempt = 0; attempt < 9; attempt++)
        expect(await refusalOf(signIn('anna@example.org', 'wrong', origin))).toBe('sign-in-failed')
      expect(await refusalOf(signIn('anna@example.org', password, origin))).toBe('done')
    }
  })
})

describe('a session', () => {
  it('ends at once when it is revoked, and only that one', async () => {
    const user = await person({ email: 'anna@example.org' })
    const [one, two] = [await tokenOf(user.email), await tokenOf(user.email)]
    const viewer = await viewerOf(one, '')
    await signOut(viewer!)
    expect(await viewerOf(one, '')).toBeNull()
    expect(await viewerOf(two, '')).not.toBeNull()
  })

  it('can be ended by its owner, and by nobody else', async () => {
    const anna = await signedIn(await person({ email: 'anna@example.org' }))
    const ben = await signedIn(await person({ email: 'ben@example.org' }))
    await endSession(ben, anna.sessionId)
    expect(await listSessions(anna)).toHaveLength(1)
    await endSession(anna, anna.sessionId)
    expect(await listSessions(anna)).toHaveLength(0)
  })

  it('ends everywhere at once', async () => {
    const user = await person({ email: 'anna@example.org' })
    const tokens = await Promise.all([1, 2, 3].map(() => tokenOf(user.email)))
    await signOutEverywhere((await viewerOf(tokens[0]!, ''))!)
    expect(await Promise.all(tokens.map(token => viewerOf(token, '')))).toEqual([null, null, null])
  })

  it('of a disabled user is nobody, also after the account was enabled again', async () => {
    const { root, acme } = await twoTenants()
    const { token } = await signIn(acme.user.email, password, origin)
    await disableUser(root, acme.user.id)
    expect(await viewerOf(token, '')).toBeNull()
    await enableUser(root, acme.user.id)
    expect(await viewerOf(token, '')).toBeNull()
  })

  it('ends after a week', async () => {
    const user = await person({ email: 'anna@example.org' })
    const { token } = await signIn(user.email, password, origin)
    setClockAhead(7 * day - minute)
    expect(await viewerOf(token, '')).not.toBeNull()
    setClockAhead(7 * day + minute)
    expect(await viewerOf(token, '')).toBeNull()
  })

  it('ends after the hours without use that are set, and lives on while it is used', async () => {
    const { root, acme } = await twoTenants()
    const { token } = await signIn(acme.user.email, password, origin)
    await changeSettings(root, { ...installationDefaults, sessionIdleHours: 2 })
    for (const hours of [1.5, 3, 4.5]) {
      setClockAhead(hours * hour)
      expect(await viewerOf(token, '')).not.toBeNull()
    }
    setClockAhead(4.5 * hour + 2 * hour + minute)
    expect(await viewerOf(token, '')).toBeNull()
  })

  it('that is open already ends by what is set now, and no setting prolongs it', async () => {
    const { root, acme } = await twoTenants()
    const { token } = await signIn(acme.user.email, password, origin)
    setClockAhead(2 * day)
    expect(await viewerOf(token, '')).not.toBeNull()
    await changeSettings(justProved(root), { ...installationDefaults, sessionDays: 1 })
    expect(await viewerOf(token, '')).toBeNull()
    await changeSettings(justProved(root), {
      ...installationDefaults,
      sessionDays: 30,
      sessionIdleHours: 720,
    })
    setClockAhead(6 * day)
    expect(await viewerOf(token, '')).not.toBeNull()
    setClockAhead(7 * day + minute)
    expect(await viewerOf(token, '')).toBeNull()
  })

  it('says in the list when it ends, and is not there once it has ended', async () => {
    const { root, acme } = await twoTenants()
    await changeSettings(root, { ...installationDefaults, sessionIdleHours: 2, sessionDays: 3 })
    const [listed] = await listSessions(acme.userViewer)
    expect(listed?.endsAt.getTime()).toBe((listed?.lastSeenAt.getTime() ?? 0) + 3 * day)
    setClockAhead(2 * hour + minute)
    expect(await listSessions(acme.userViewer)).toEqual([])
  })

  it('goes on under a new id after a change of password, the others do not', async () => {
    const user = await person({ email: 'anna@example.org' })
    const [mine, other] = [await tokenOf(user.email), await tokenOf(user.email)]
    const viewer = (await viewerOf(mine, ''))!
    expect(await refusalOf(changePassword(viewer, 'wrong', 'another good password'))).toBe('wrong-password')
    const renewed = await changePassword(viewer, password, 'another good password')
    expect(await viewerOf(mine, '')).toBeNull()
    expect(await viewerOf(renewed, '')).toMatchObject({ sessionId: viewer.sessionId })
    expect(await viewerOf(other, '')).toBeNull()
    expect(await refusalOf(signIn(user.email, password, origin))).toBe('sign-in-failed')
    expect(await refusalOf(signIn(user.email, 'another good password', origin))).toBe('done')
  })

  it('gets a new id with a proof of who it is, for it may do more then', async () => {
    const user = await person({ email: 'anna@example.org' })
    const { token } = await signIn(user.email, password, origin)
    const viewer = (await viewerOf(token, ''))!
    const renewed = await prove(viewer, password, '')
    expect(await viewerOf(token, '')).toBeNull()
    expect(await viewerOf(renewed, '')).toMatchObject({ sessionId: viewer.sessionId })
  })

  it('ends with a change of role', async () => {
    const { root, acme } = await twoTenants()
    const { token } = await signIn(acme.user.email, password, origin)
    const role = { role: 'tenant_administrator' as const, tenantId: acme.id, customerId: null }
    await changeUser(root, acme.user.id, { firstName: '', lastName: '', locale: 'en', ...role })
    expect(await viewerOf(token, '')).toBeNull()
  })

  it('is stored as a hash that signs nobody in', async () => {
    await signIn((await person({ email: 'anna@example.org' })).email, password, origin)
    const { tokenHash } = await db().session.findFirstOrThrow()
    expect(await viewerOf(tokenHash, '')).toBeNull()
  })
})
