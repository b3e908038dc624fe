// Strangers who ask for links as fast as they can: what they leave in the database, and whom they keep waiting.
import { describe, expect, it, vi } from 'vitest'
import { mailsTo, startTestWorker } from '@/domain/outbox/testing/worker'
import { setClockAhead } from '@/lib/clock'
import { db } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { until } from '@/lib/testing/until'
import { answerLinkRequest, answerLinkRequests, requestLink, siftLinkRequests } from './password-reset'
import { signIn } from './sign-in'
import { origin, person } from './testing/people'

const test = useTestDatabase()
const jobs = async () =>
  Number(
    (
      await db().$queryRaw<{ count: bigint }[]>`SELECT count(*) FROM pgboss.job WHERE name = 'link-requests'`
    )[0]?.count,
  )
const rows = async () => ({
  limits: await db().rateLimit.count(),
  events: await db().auditEvent.count(),
  jobs: await jobs(),
})

/** So many requests for addresses that nobody has, from one network or from many. */
async function flood(requests: number, networks: number): Promise<void> {
  for (let n = 0; n < requests; n += 20)
    await Promise.all(
      Array.from({ length: 20 }, (_, more) =>
        requestLink(`made-up-${n + more}@example.org`, `198.51.${(n + more) % networks}.1`),
      ),
    )
}

describe('a flood of requests for links', () => {
  it('from one network leaves one count, and as many jobs as one network may ask for', async () => {
    await flood(600, 1)
    expect(await rows()).toEqual({ limits: 1, events: 0, jobs: 300 })
    expect(await db().rateLimit.findFirst()).toMatchObject({ points: 300, refused: 300 })
    setClockAhead(16 * 60_000)
    await requestLink('anna@example.org', '198.51.0.1')
    expect(await jobs()).toBe(301)
  })

  it('from many networks leaves no job, and counts instead of events; who asks in the middle gets their mail', async () => {
    await person({ email: 'anna@example.org' })
    await startTestWorker(test.database, answerLinkRequests)
    await flood(400, 100)
    await requestLink('anna@example.org', '203.0.113.9')
    const answered = until(async () => (await mailsTo('anna@example.org'))[0])
    await flood(400, 100)
    expect((await answered).kind).toBe('password-reset')
    await until(async () => (await jobs()) === 0)
    const { limits, events } = await rows()
    expect(limits).toBeLessThanOrEqual(102)
    expect(events).toBeLessThanOrEqual(101)
    const counted = await db().auditEvent.aggregate({
      where: { action: 'password-reset.not-sent' },
      _sum: { count: true },
    })
    expect(counted._sum.count).toBe(800)
  })

  it('is looked at together: one of hundreds has an account', async () => {
    await person({ email: 'anna@example.org' })
    const requests = Array.from({ length: 500 }, (_, n) => ({
      id: `${n}`,
      data: { email: n === 250 ? 'ANNA@example.org' : `made-up-${n}@example.org`, address: '198.51.100.1' },
    }))
    expect(await siftLinkRequests(requests)).toEqual([requests[250]])
    expect(await db().auditEvent.findMany()).toMatchObject([{ count: 499, address: '198.51.100.1' }])
  })

  it('is counted in one step, from however many networks it comes', async () => {
    const requests = Array.from({ length: 500 }, (_, n) => ({
      id: `${n}`,
      data: { email: `made"up\\${n}`, address: `10.0.${n % 250}.${n % 2}` },
    }))
    const transactions = vi.spyOn(db(), '$transaction').mockClear()
    for (let time = 0; time < 2; time++) expect(await siftLinkRequests(requests)).toEqual([])
    expect(transactions).toHaveBeenCalledTimes(2)
    const events = await db().auditEvent.findMany()
    expect(events.reduce((sum, { count }) => sum + count, 0)).toBe(1_000)
    expect(events.map(({ actor }) => actor)).toContain('made"up\\499')
    expect(events.map(({ subject }) => subject)).toEqual(events.map(({ actor }) => actor))
  })
})

describe('a flood of requests for links to one account', () => {
  it('is answered by mail as far as the limit goes, and counted in one step beyond it', async () => {
    const { id: subjectId } = await person({ email: 'anna@example.org' })
    const requests = Array.from({ length: 300 }, (_, n) => ({
      id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
      data: { email: 'Anna@example.org', address: '198.51.100.1' },
    }))
    const one = requests.slice(0, 5)
    expect(await siftLinkRequests(one)).toEqual(one)
    for (const { data, id } of one) await answerLinkRequest(data, id)
    const transactions = vi.spyOn(db(), '$transaction').mockClear()
    expect(await siftLinkRequests(requests)).toEqual([])
    expect(transactions).toHaveBeenCalledTimes(1)
    expect(await db().outboundMail.count()).toBe(1)
    const limited = { action: { in: ['password-reset.limited', 'mail.limited'] } }
    const events = await db().auditEvent.findMany({ where: limited, orderBy: { action: 'asc' } })
    expect(events).toMatchObject([
      { action: 'mail.limited', subject: 'anna@example.org', count: 300 },
      { action: 'password-reset.limited', subjectId, count: 300 },
    ])
    setClockAhead(16 * 60_000)
    expect(await siftLinkRequests(requests)).toEqual(requests)
  })
})

describe('failed sign-ins of strangers', () => {
  it('are one event an hour for a network, for made-up addresses and for an account', async () => {
    await person({ email: 'anna@example.org' })
    for (let n = 0; n < 6; n++) {
      await refusalOf(signIn(`made-up-${n}@example.org`, 'wrong', origin))
      await refusalOf(signIn('anna@example.org', 'wrong', origin))
    }
    const events = await db().auditEvent.findMany({ orderBy: { subjectId: 'asc' } })
    expect(events).toMatchObject([
      { action: 'sign-in.failed', subject: 'anna@example.org', count: 6 },
      { action: 'sign-in.failed', subjectId: null, subject: 'made-up-5@example.org', count: 6 },
    ])
    setClockAhead(61 * 60_000)
    await refusalOf(signIn('anna@example.org', 'wrong', origin))
    expect(await db().auditEvent.count()).toBe(3)
  })
})
