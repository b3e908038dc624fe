import { beforeEach, describe, expect, it } from 'vitest'
import { changeSettings, installationDefaults, secondFactorSince } from '@/domain/settings/installation'
import type { SecondFactorPolicy } from '@/domain/settings/second-factor'
import { setClockAhead } from '@/lib/clock'
import { useTestDatabase } from '@/lib/testing/database'
import { beginApp } from './factor-change'
import { factorDeadline, missingFactorUntil } from './factor-policy'
import { withApp } from './testing/codes'
import { person, signedIn, twoTenants } from './testing/people'

useTestDatabase()
const day = 24 * 3_600_000

describe('a second factor has to be set up', () => {
  const [made, required] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-03-01T00:00:00Z')]
  const system = { role: 'system_administrator' as const, createdAt: made }
  const customer = { role: 'customer_user' as const, createdAt: made }

  it.each<[string, Date | null, Parameters<typeof factorDeadline>]>([
    ['by nobody where it is optional', null, [system, 'optional', null]],
    ['by no customer user where administrators must', null, [customer, 'administrators', required]],
    [
      'by administrators within seven days',
      new Date('2026-03-08T00:00:00Z'),
      [system, 'administrators', required],
    ],
    ['by everybody within seven days', new Date('2026-03-08T00:00:00Z'), [customer, 'everybody', required]],
    [
      'by a new account within seven days of its making',
      new Date('2026-04-08T00:00:00Z'),
      [{ ...customer, createdAt: new Date('2026-04-01T00:00:00Z') }, 'everybody', required],
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
    changeSettings(world.root, { ...installationDefaults, secondFactor })

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
