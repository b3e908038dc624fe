// Mails of which nobody knows whether they arrived: how many copies go out, when, and who decides then.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { confirmArrival, readMail, sendAgain, undecidedMails } from '@/domain/mail-log/mail'
import { storyOf } from '@/domain/mail-log/mail-story'
import { waitOf } from '@/domain/mail-log/wait'
import { closeBreaker } from '@/domain/mail-server/breaker'
import { connectMailServer } from '@/domain/mail-server/testing/settings'
import { type SmtpSink, startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { viewer } from '@/domain/testing/viewers'
import { inMinutes, setClockAhead } from '@/lib/clock'
import { db, transaction } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { until } from '@/lib/testing/until'
import { tryMailServerNow } from './go-live'
import { cancelMails, type MailOrder, queueMail } from './outbound-mail'
import { pauseOutbox, resumeOutbox } from './pause'
import { mostCopies } from './retry-policy'
import { isUndecided } from './states'
import { takeOver } from './take-over'
import { manyMails } from './testing/rows'
import { dispatch, mailById, sendWaiting, startTestWorker } from './testing/worker'
import { makeDue, wakeWaitingMails } from './waking'

const test = useTestDatabase()
const root = viewer()
const tenantId = randomUUID()
let sink: SmtpSink

beforeEach(async () => {
  sink = await startSmtpSink()
  await connectMailServer(root, sink)
  sink.options.drop = 'data'
})
afterEach(() => sink.close())

const queue = (changes: Partial<MailOrder> = {}) =>
  transaction(tx =>
    queueMail(tx, {
      kind: 'password-changed',
      parameters: { name: 'Anna', changedAt: new Date().toISOString() },
      recipient: 'anna@example.org',
      locale: 'en',
      expiresAt: inMinutes(24 * 60),
      tenantId,
      requestedBy: root,
      ...changes,
    } as MailOrder),
  )
/** After so many copies of which nobody knows whether they arrived. */
const uncertain = async (copies = mostCopies, changes: Partial<MailOrder> = {}) => {
  const id = await queue(changes)
  for (let copy = 0; copy < copies; copy++) await dispatch(randomUUID(), id)
  return id
}
const server = () => db().mailServer.findFirstOrThrow()
const copies = async (id: string) =>
  (await mailById(id)).deliveryAttempts.filter(({ outcome }) => outcome === 'uncertain').length

describe('an uncertain mail', () => {
  it('goes out again late and later, three times in all, and then waits for a person', async () => {
    const id = await queue()
    for (const minutes of [10, 60]) {
      await sendWaiting()
      const mail = await mailById(id)
      expect(mail).toMatchObject({ state: 'uncertain', cause: 'outcome-uncertain' })
      expect(mail.dueAt.getTime()).toBeGreaterThan(Date.now() + (minutes - 1) * 60_000)
      expect(isUndecided(mail)).toBe(false)
    }
    for (let more = 0; more < 3; more++) await sendWaiting()
    const mail = await mailById(id)
    expect(mail).toMatchObject({ state: 'uncertain', attempts: mostCopies, unconfirmed: mostCopies })
    expect(isUndecided(mail)).toBe(true)
    expect(await waitOf(root, mail)).toEqual({ what: 'person' })
    expect((await undecidedMails(root)).map(one => one.id)).toEqual([id])
  })

  it('that waits for a person is never claimed, whatever time passes, and ends when it expires', async () => {
    const id = await uncertain()
    await closeBreaker((await server()).id, true)
    sink.options.drop = undefined
    setClockAhead(23 * 3_600_000)
    await startTestWorker(test.database)
    const other = await queue({ expiresAt: inMinutes(60) })
    await until(async () => (await mailById(other)).state === 'sent')
    expect(await mailById(id)).toMatchObject({ state: 'uncertain', attempts: mostCopies })
    setClockAhead(25 * 3_600_000)
    await until(async () => (await mailById(id)).state === 'failed')
    const mail = await readMail(root, id)
    expect(mail).toMatchObject({ cause: 'expired', unconfirmed: mostCopies, attempts: mostCopies })
    expect(storyOf(mail).at(-1)).toMatchObject({ what: 'ended' })
    // So that it is not kept for ever.
    expect(mail.dueAt.getTime()).toBeLessThanOrEqual(inMinutes(0).getTime())
  })

  it('of which no further copy can go out before it expires waits for a person at once', async () => {
    const id = await uncertain(1, { expiresAt: inMinutes(5) })
    expect(isUndecided(await mailById(id))).toBe(true)
  })

  it('is not woken by a server that works again, by a resumed outbox or a breaker that closes', async () => {
    const [once, thrice] = [await uncertain(1), await uncertain()]
    const before = [await mailById(once), await mailById(thrice)]
    sink.options.drop = undefined
    await startTestWorker(test.database)
    await pauseOutbox(root)
    await resumeOutbox(root)
    await transaction(wakeWaitingMails)
    await tryMailServerNow(root, (await server()).id)
    await until(async () => (await db().outboxControl.findFirstOrThrow()).wakingSince === null)
    const other = await queue()
    await until(async () => (await mailById(other)).state === 'sent')
    const after = [await mailById(once), await mailById(thrice)]
    expect(after.map(({ state, dueAt }) => ({ state, dueAt }))).toEqual(
      before.map(({ state, dueAt }) => ({ state, dueAt })),
    )
  })

  it('stays uncertain while there is no server at all, also when it is due', async () => {
    const id = await uncertain(1)
    await db().mailServer.deleteMany()
    await sendWaiting()
    expect(await mailById(id)).toMatchObject({ state: 'uncertain', cause: 'outcome-uncertain' })
  })

  it('is counted with what a worker that died has left on the way', async () => {
    const id = await queue()
    const takenOver = async () => {
      await dispatch(randomUUID(), id)
      // As if the worker had died just before the connection broke.
      await db().deliveryAttempt.updateMany({
        where: { mailId: id, outcome: 'uncertain', endedAt: { gt: new Date(Date.now() - 60_000) } },
        data: { outcome: 'running', endedAt: null },
      })
      await db().outboundMail.update({
        where: { id },
        data: { state: 'sending', workerId: randomUUID(), unconfirmed: { decrement: 1 } },
      })
      expect(await takeOver(randomUUID())).toBe(1)
    }
    for (let copy = 0; copy < mostCopies; copy++) {
      expect(isUndecided(await mailById(id))).toBe(false)
      await takenOver()
      await db().deliveryAttempt.updateMany({ where: { mailId: id }, data: { endedAt: new Date(0) } })
    }
    expect(await mailById(id)).toMatchObject({ state: 'uncertain', unconfirmed: mostCopies })
    expect(isUndecided(await mailById(id))).toBe(true)
  })

  it('can be cancelled, and is then not kept for ever', async () => {
    const id = await uncertain()
    await transaction(tx => cancelMails(tx, { id }, 'by-administrator'))
    const mail = await mailById(id)
    expect(mail.state).toBe('cancelled')
    expect(mail.dueAt.getTime()).toBeLessThanOrEqual(Date.now())
  })
})

describe('a person decides', () => {
  const admin = viewer({ role: 'tenant_administrator', tenantId, email: 'admin@example.org' })
  const stranger = viewer({ role: 'tenant_administrator', tenantId: randomUUID() })

  it('that it arrived: it ends as sent, and its story tells who said so', async () => {
    const id = await uncertain()
    expect(await refusalOf(confirmArrival(stranger, id))).toBe('mail-not-found')
    await confirmArrival(admin, id)
    const mail = await readMail(root, id)
    expect(mail).toMatchObject({ state: 'sent', cause: null })
    expect(storyOf(mail).at(-1)).toMatchObject({ what: 'ended', by: admin.email })
    expect(await db().auditEvent.findFirstOrThrow({ where: { subjectId: id } })).toMatchObject({
      action: 'mail.arrived',
      actor: admin.email,
      tenantId,
    })
    expect(await refusalOf(confirmArrival(admin, id))).toBe('mail-not-uncertain')
    expect(await db().tally.findFirst({ where: { what: 'mail', outcome: 'sent' } })).toMatchObject({
      count: 1,
    })
    expect(await undecidedMails(root)).toEqual([])
  })

  it('that it is sent again: as the same mail, once, and if that is uncertain too they are asked again', async () => {
    const id = await uncertain()
    await sendAgain(admin, id)
    expect(await mailById(id)).toMatchObject({ state: 'queued' })
    await dispatch(randomUUID(), id)
    expect(isUndecided(await mailById(id))).toBe(true)
    expect(await copies(id)).toBe(mostCopies + 1)
    await sendAgain(admin, id)
    sink.options.drop = undefined
    await dispatch(randomUUID(), id)
    const mail = await mailById(id)
    expect(mail.state).toBe('sent')
    expect(sink.mails.at(-1)?.raw).toContain(mail.messageId)
  })
})

describe('a server that takes mails without a word', () => {
  it('gets no more after two in a row, and the others wait', async () => {
    await startTestWorker(test.database)
    await db().mailServer.updateMany({ data: { maxConnections: 1 } })
    const ids = [await queue(), await queue(), await queue(), await queue()]
    await until(async () => (await server()).breakerOpenedAt)
    expect(await server()).toMatchObject({ breakerCause: 'outcome-uncertain' })
    await until(async () => (await db().outboundMail.count({ where: { state: 'sending' } })) === 0)
    const counts = await Promise.all(ids.map(copies))
    expect(counts.reduce((sum, count) => sum + count)).toBe(2)
  })

  it('is counted by all workers together, and anew after any word of it', async () => {
    const silence = async () => (await db().mailServerSilence.findFirst())?.unanswered ?? 0
    await dispatch(randomUUID(), await queue())
    expect(await silence()).toBe(1)
    expect((await server()).breakerOpenedAt).toBeNull()
    sink.options.drop = undefined
    sink.options.refuse = { 'rcpt-to': { code: 550, text: '5.1.1 No such user' } }
    await dispatch(randomUUID(), await queue())
    expect(await silence()).toBe(0)
    sink.options.refuse = undefined
    sink.options.drop = 'data'
    await dispatch(randomUUID(), await queue())
    expect((await server()).breakerOpenedAt).toBeNull()
    await dispatch(randomUUID(), await queue())
    expect((await server()).breakerOpenedAt).not.toBeNull()
  })

  it('is tried with one mail before the others follow', async () => {
    await uncertain(2)
    const ids = await Promise.all(Array.from({ length: 4 }, () => queue()))
    await startTestWorker(test.database)
    await db().mailServer.updateMany({ data: { breakerProbeAt: new Date() } })
    // It lets in whoever comes, and goes on saying nothing about their mails.
    const sent = async () => (await Promise.all(ids.map(copies))).reduce((sum, count) => sum + count)
    await until(async () => (await sent()) === 1)
    await until(async () => (await server()).breakerProbes > 1)
    expect(await sent()).toBe(1)
    sink.options.drop = undefined
    await db().mailServer.updateMany({ data: { breakerProbeAt: new Date() } })
    await until(async () => (await db().outboundMail.count({ where: { state: 'sent' } })) === 3)
    expect((await server()).breakerProbes).toBe(0)
  })
})

it('mails that wait for a server are made due some at a time, each once, and without the one who saves it', async () => {
  await manyMails(2_500, 'deferred')
  await db()
    .$executeRaw`UPDATE "OutboundMail" SET "dueAt" = now() + interval '1 hour', "expiresAt" = now() + interval '1 day', cause = 'connection-refused'`
  await transaction(wakeWaitingMails)
  const due = () => db().outboundMail.count({ where: { dueAt: { lte: new Date() } } })
  expect(await due()).toBe(0)
  // Stopped between two steps, it is gone on with.
  let steps = 0
  expect(await makeDue(() => steps++ < 1)).toBe(1_000)
  expect(await makeDue()).toBe(1_500)
  expect(await due()).toBe(2_500)
  expect(await makeDue()).toBe(0)
})
