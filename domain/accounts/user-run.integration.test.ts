import { beforeEach, describe, expect, it } from 'vitest'
import { inMinutes } from '@/lib/clock'
import { db } from '@/lib/db'
import { startQueue, stopQueue } from '@/lib/queue'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { until } from '@/lib/testing/until'
import { person, twoTenants } from './testing/people'
import { changeSome, currentUserRun, deleteOldUserRuns, startUserRun, workUserRuns } from './user-run'

const test = useTestDatabase()
let world: Awaited<ReturnType<typeof twoTenants>>

beforeEach(async () => {
  world = await twoTenants()
})

const runId = async () => (await db().userRun.findFirstOrThrow()).id
const disabled = () => db().user.count({ where: { state: 'disabled' } })

async function crowd(number: number) {
  const { id: tenantId, customerId } = world.acme
  for (let n = 0; n < number; n++)
    await person({ email: `crowd${n}@acme.test`, state: 'pending', tenantId, customerId })
}

describe('a change of all users of a filter', () => {
  it('is done to each of them that it can be done to, step by step', async () => {
    await crowd(60)
    const { root, acme } = world
    await startUserRun(root, { tenantId: acme.id }, 'disable')
    expect(await currentUserRun(root)).toMatchObject({ deed: 'disable', total: 63, done: 0, endedAt: null })
    expect(await changeSome(await runId())).toBe(true)
    expect(await changeSome(await runId())).toBe(false)
    // The last administrator of the tenant stays.
    expect(await currentUserRun(root)).toMatchObject({ done: 62, refused: 1, startedBy: root.email })
    expect((await currentUserRun(root))?.endedAt).not.toBeNull()
    expect(await disabled()).toBe(62)
    expect(await db().auditEvent.findFirst({ where: { action: 'users.changed' } })).toMatchObject({
      actor: root.email,
      after: { deed: 'disable', total: 63, tenantId: acme.id },
    })
    // Its job may come a second time: there is nothing left to do.
    expect(await changeSome(await runId())).toBe(false)
  })

  it('is not done to those who have come since, nor by two processes at once', async () => {
    const { root, other } = world
    await startUserRun(root, { customerId: other.customerId }, 'disable')
    const place = { tenantId: other.id, customerId: other.customerId }
    const late = await person({ email: 'late@other.test', ...place })
    await db().user.update({ where: { id: late.id }, data: { createdAt: inMinutes(1) } })
    const id = await runId()
    expect(await Promise.all([changeSome(id), changeSome(id)])).toEqual([false, false])
    expect(await currentUserRun(root)).toMatchObject({ done: 2, refused: 0 })
    expect(await disabled()).toBe(2)
  })

  it('goes on in another process where one was ended', async () => {
    await crowd(55)
    const { root, acme } = world
    await startUserRun(root, { customerId: acme.customerId }, 'disable')
    await changeSome(await runId())
    await db().$executeRaw`DELETE FROM pgboss.job`
    await stopQueue(2_000)
    await startQueue(test.database, true)
    await workUserRuns()
    await until(async () => (await currentUserRun(root))?.endedAt)
    expect(await currentUserRun(root)).toMatchObject({ done: 57, refused: 0 })
    await stopQueue(5_000)
    await startQueue(test.database, false)
  })

  it('ends where whoever began it has lost the right', async () => {
    const { acme } = world
    await startUserRun(acme.adminViewer, {}, 'disable')
    await db().user.update({ where: { id: acme.admin.id }, data: { state: 'disabled' } })
    expect(await changeSome(await runId())).toBe(false)
    expect(await disabled()).toBe(1)
  })

  it("is the tenant's own for a tenant administrator, and one at a time", async () => {
    const { acme, other, root } = world
    await startUserRun(acme.adminViewer, {}, 'disable')
    expect(await refusalOf(startUserRun(acme.adminViewer, {}, 'enable'))).toBe('user-run-running')
    expect(await currentUserRun(other.adminViewer)).toBeNull()
    expect(await refusalOf(startUserRun(other.adminViewer, {}, 'enable'))).toBe('done')
    expect(await refusalOf(startUserRun(root, { search: 'nobody at all' }, 'enable'))).toBe('nobody-chosen')
    const { id } = await db().userRun.findFirstOrThrow({ where: { tenantId: acme.id } })
    await changeSome(id)
    // Themself and the other administrator's users are out of reach.
    expect(await currentUserRun(acme.adminViewer)).toMatchObject({ total: 3, done: 2, refused: 1 })
    expect(await disabled()).toBe(2)
  })

  it('is forgotten in time', async () => {
    const { acme } = world
    await startUserRun(acme.adminViewer, {}, 'enable')
    await changeSome(await runId())
    expect(await deleteOldUserRuns()).toBe(0)
    await db().userRun.updateMany({ data: { endedAt: new Date(0) } })
    expect(await deleteOldUserRuns()).toBe(1)
  })
})
