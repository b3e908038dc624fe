import { beforeEach, describe, expect, it } from 'vitest'
import { tokenOf } from '@/domain/links/link-token'
import { changeSettings, installationDefaults, secondFactorSince } from '@/domain/settings/installation'
import type { SecondFactorPolicy } from '@/domain/settings/second-factor'
import { changeTenantRules, type TenantRules } from '@/domain/settings/tenant-password-rules'
import type { Viewer } from '@/domain/viewer'
import { inMinutes, setClockAhead } from '@/lib/clock'
import { transaction } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { activate } from './activation'
import { beginApp } from './factor-change'
import { factorDeadline, missingFactorUntil } from './factor-policy'
import { signInWithNewPassword } from './new-password'
import { viewerOf } from './session'
import { signIn } from './sign-in'
import { withApp } from './testing/codes'
import { justProved, origin, person, signedIn, twoTenants, userOf } from './testing/people'
import { changeUser } from './user-change'
import { issueLink } from './user-mail'
import { addUser } from './users'

const noRules: TenantRules = {
  ...{ minimumLength: null, signKinds: null, rememberedPasswords: null, passwordDays: null },
  ...{ renewWeaker: false, secondFactor: null },
}

useTestDatabase()
const day = 24 * 3_600_000

describe('a second factor has to be set up', () => {
  const [made, required] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-03-01T00:00:00Z')]
  const system = { role: 'system_administrator' as const, createdAt: made, placedAt: null }
  const customer = { role: 'customer_user' as const, createdAt: made, placedAt: null }
  const rule = (policy: SecondFactorPolicy, since: Date | null = required) => ({ policy, since })

  it.each<[string, Date | null, Parameters<typeof factorDeadline>]>([
    ['by nobody where it is optional', null, [system, rule('optional', null)]],
    ['by no customer user where administrators must', null, [customer, rule('administrators')]],
    [
      'by administrators within seven days',
      new Date('2026-03-08T00:00:00Z'),
      [system, rule('administrators')],
    ],
    ['by everybody within seven days', new Date('2026-03-08T00:00:00Z'), [customer, rule('everybody')]],
    [
      'by a new account within seven days of its making',
      new Date('2026-04-08T00:00:00Z'),
      [{ ...customer, createdAt: new Date('2026-04-01T00:00:00Z') }, rule('everybody')],
    ],
    [
      'by somebody who became an administrator within seven days of that',
      new Date('2026-05-08T00:00:00Z'),
      [{ ...system, placedAt: new Date('2026-05-01T00:00:00Z') }, rule('administrators')],
    ],
  ])('%s', (_, deadline, given) => {
    expect(factorDeadline(...given)).toEqual(deadline)
  })
})

describe('the policy of the installation', () => {
  let world: Awaited<ReturnType<typeof twoTenants>>
  beforeEach(async () => {
    world = await twoTenants()
  })
  const ask = (secondFactor: SecondFactorPolicy) =>
    changeSettings(justProved(world.root), { ...installationDefaults, secondFactor })

  it('counts from when more was required than before, and not from when less was', async () => {
    await ask('administrators')
    const first = await secondFactorSince()
    setClockAhead(day)
    await ask('everybody')
    const second = await secondFactorSince()
    expect(second!.getTime() - first!.getTime()).toBeGreaterThanOrEqual(day)
    setClockAhead(2 * day)
    await ask('administrators')
    expect(await secondFactorSince()).toEqual(second)
  })

  it('is kept by whoever has a factor, and broken by whoever has none after seven days', async () => {
    await ask('everybody')
    await withApp(world.acme.adminViewer)
    expect(await missingFactorUntil(world.acme.adminViewer, 'everybody')).toBeNull()
    const until = await missingFactorUntil(world.acme.userViewer, 'everybody')
    expect(until!.getTime() - (await secondFactorSince())!.getTime()).toBe(7 * day)
  })

  it('does not count an app that is not confirmed', async () => {
    await ask('everybody')
    const viewer = await signedIn(await person({ email: 'anna@example.org' }))
    await beginApp(viewer)
    expect(await missingFactorUntil(viewer, 'everybody')).not.toBeNull()
  })
})

describe('the policy of a tenant', () => {
  let world: Awaited<ReturnType<typeof twoTenants>>
  beforeEach(async () => {
    world = await twoTenants()
  })
  const ask = (secondFactor: SecondFactorPolicy | null, viewer = world.acme.adminViewer) =>
    changeTenantRules(justProved(viewer), world.acme.id, { ...noRules, secondFactor })
  const missing = (viewer: Viewer, policy: SecondFactorPolicy = 'optional') =>
    missingFactorUntil(viewer, policy)
  const from = (milliseconds: number) => new Date(Date.now() + milliseconds)
  /** Within a minute, as the tests take their time. */
  const about = (deadline: Date | null, expected: Date) =>
    expect(Math.abs((deadline?.getTime() ?? 0) - expected.getTime())).toBeLessThan(60_000)

  it('holds for its own people and nobody else, with seven days from when it was required', async () => {
    setClockAhead(30 * day)
    await ask('administrators')
    about(await missing(world.acme.adminViewer), from(37 * day))
    expect(await missing(world.acme.userViewer)).toBeNull()
    expect(await missing(world.other.adminViewer)).toBeNull()
    setClockAhead(40 * day)
    await ask('everybody')
    about(await missing(world.acme.userViewer), from(47 * day))
    await ask(null)
    expect(await missing(world.acme.userViewer)).toBeNull()
  })

  it('and that of the installation hold both: the earlier end counts', async () => {
    await changeSettings(world.root, { ...installationDefaults, secondFactor: 'administrators' })
    setClockAhead(5 * day)
    await ask('everybody')
    about(await missing(world.acme.adminViewer, 'administrators'), from(7 * day))
    about(await missing(world.acme.userViewer, 'administrators'), from(12 * day))
  })

  it('is never looser than that of the installation', async () => {
    await changeSettings(world.root, { ...installationDefaults, secondFactor: 'everybody' })
    expect(await refusalOf(ask('administrators'))).toBe('factor-not-stricter')
    expect(await refusalOf(ask('everybody'))).toBe('done')
  })

  it('gives whoever becomes an administrator seven days from then', async () => {
    await changeSettings(world.root, { ...installationDefaults, secondFactor: 'administrators' })
    setClockAhead(60 * day)
    const { user } = world.acme
    const admin = { ...user, role: 'tenant_administrator' as const, customerId: null }
    await changeUser(justProved(world.root), user.id, admin)
    const viewer = await signedIn(await userOf(user.email))
    about(await missing(viewer, 'administrators'), from(67 * day))
  })

  it('lets nobody out of what everybody must have by another role', async () => {
    await changeSettings(world.root, { ...installationDefaults, secondFactor: 'everybody' })
    setClockAhead(60 * day)
    const { user } = world.acme
    await changeUser(justProved(world.root), user.id, {
      ...user,
      role: 'tenant_administrator',
      customerId: null,
    })
    about(await missing(await signedIn(await userOf(user.email)), 'everybody'), from(7 * day))
  })

  it('is met at the activation: whoever was invited long ago has nothing else open', async () => {
    await changeSettings(world.root, { ...installationDefaults, secondFactor: 'everybody' })
    const { pending } = world.acme
    setClockAhead(8 * day)
    const token = tokenOf(await transaction(tx => issueLink(tx, 'activation', pending.id, inMinutes(60))))
    const { token: session } = await activate(token, 'three quiet words', origin)
    const viewer = await viewerOf(session, '')
    about(await missing(viewer!, 'everybody'), from(7 * day))
  })

  it('is met with an initial password too', async () => {
    await changeSettings(world.root, { ...installationDefaults, secondFactor: 'everybody' })
    const { id, customerId } = world.acme
    const { email } = await addUser(world.root, {
      ...{ email: 'ben@acme.test', firstName: '', lastName: '', role: 'customer_user', locale: 'en' },
      ...{ tenantId: id, customerId, sendActivation: false, initialPassword: 'one quiet word more' },
    })
    const wanted = await signIn(email, 'one quiet word more', origin).catch(error => error)
    const { token: session } = await signInWithNewPassword(wanted.pending, 'three quiet words', origin)
    about(await missing((await viewerOf(session, ''))!, 'everybody'), from(7 * day))
  })
})
