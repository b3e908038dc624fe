import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { sendAgain } from '@/domain/mail-log/mail'
import type { MailServerInput } from '@/domain/mail-server/candidate'
import { activeVersion, connectMailServer, settingsFor } from '@/domain/mail-server/testing/settings'
import { noSecrets } from '@/domain/smtp/settings'
import { startRawServer } from '@/domain/smtp/testing/raw-server'
import { type SmtpSink, startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { viewer } from '@/domain/testing/viewers'
import { inMinutes, setClockAhead } from '@/lib/clock'
import { db, transaction } from '@/lib/db'
import { keyring } from '@/lib/keyring'
import { testAppUrl, useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { until } from '@/lib/testing/until'
import { restoreVersion } from './go-live'
import { cancelMails, channel, type MailOrder, queueMail } from './outbound-mail'
import { pauseOutbox, resumeOutbox } from './pause'
import { takeOver } from './take-over'
import { cancelTest } from './test-cancel'
import { readTest, reportOfTest, sendTestMail, type TestProgress, watchTest } from './test-mail'
import { dispatch, mailById, read, sendWaiting, startTestWorker } from './testing/worker'
import { wakeWaitingMails } from './waking'

const test = useTestDatabase()
const root = viewer()
let sink: SmtpSink

beforeEach(async () => {
  sink = await startSmtpSink()
})
afterEach(() => sink.close())

/** A mail with a link in it, whose token the outbox need not know. */
const order = (changes: Partial<MailOrder> = {}): MailOrder =>
  ({
    kind: 'password-reset',
    parameters: { name: 'Anna', expiresAt: inMinutes(60).toISOString() },
    recipient: 'anna@example.org',
    locale: 'en',
    expiresAt: inMinutes(60),
    link: { tokenId: randomUUID(), keyId: 'k1', path: 'reset-password' },
    requestedBy: root,
    ...changes,
  }) as MailOrder
const news = (): MailOrder =>
  ({
    ...order({ kind: 'password-changed', link: undefined }),
    parameters: { name: 'Anna', changedAt: new Date().toISOString() },
  }) as MailOrder
const queue = (one: MailOrder = order()) => transaction(tx => queueMail(tx, one))
const connect = (changes = {}) => connectMailServer(root, sink, changes)

describe('a mail', () => {
  it('commits with its cause, and with it the word to the workers', async () => {
    let woken = 0
    const deaf = await test.database.listen(channel, () => {
      woken += 1
    })
    onTestFinished(() => deaf())
    const before = woken
    const failed = transaction(async tx => {
      await queueMail(tx, order())
      throw new Error('the cause did not come about')
    })
    await expect(failed).rejects.toThrow('did not come about')
    expect(await db().outboundMail.count()).toBe(0)
    expect(woken).toBe(before)
    await queue()
    expect(await db().outboundMail.count()).toBe(1)
    await until(() => woken > before)
  })

  it('goes out as soon as it is committed', async () => {
    await connect()
    await startTestWorker(test.database)
    const arrived = sink.waitForMail()
    const id = await queue()
    const { mail, token } = await read((await arrived).raw)
    const row = await until(async () => {
      const now = await mailById(id)
      return now.state === 'sent' && now
    })
    expect(row).toMatchObject({
      attempts: 1,
      cause: null,
      deliveryAttempts: [
        { outcome: 'accepted', phase: 'data', queueId: 'TEST1', replyCode: 250, serverName: 'Sink' },
      ],
    })
    expect(row.sentAt).not.toBeNull()
    expect(mail.messageId).toBe(row.messageId)
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated')
    expect(token).toBe(keyring().linkToken('k1', row.linkTokenId!))
    expect(testAppUrl).toContain(new URL(testAppUrl).hostname)
  })

  it('that is told to wait is sent later as the very same mail', async () => {
    await connect()
    sink.options.refuse = { 'rcpt-to': { code: 451, text: '4.7.1 Greylisted, please try again' } }
    const id = await queue()
    await sendWaiting()
    const waiting = await mailById(id)
    expect(waiting).toMatchObject({
      state: 'deferred',
      cause: 'greylisted',
      deliveryAttempts: [{ outcome: 'failed', replyCode: 451, phase: 'rcpt-to' }],
    })
    expect(waiting.dueAt.getTime()).toBeGreaterThan(Date.now() + 30_000)
    sink.options.refuse = undefined
    await sendWaiting()
    const { mail, token } = await read(sink.mails[0]!.raw)
    expect(await mailById(id)).toMatchObject({ state: 'sent', attempts: 2, messageId: mail.messageId })
    expect(token).toBe(keyring().linkToken('k1', waiting.linkTokenId!))
  })

  it('whose time is short is tried until it is over, and not given up before', async () => {
    await connect()
    sink.options.refuse = { 'rcpt-to': { code: 452, text: '4.2.2 Mailbox full' } }
    const id = await queue(order({ expiresAt: inMinutes(13.5) }))
    for (let attempt = 1; attempt <= 6; attempt++) await sendWaiting()
    const mail = await mailById(id)
    expect(mail).toMatchObject({ state: 'deferred', cause: 'mailbox-full', attempts: 6 })
    const wait = mail.dueAt.getTime() - Date.now()
    expect(wait).toBeGreaterThan(4 * 60_000)
    expect(wait).toBeLessThanOrEqual(4.5 * 60_000)
    setClockAhead(13 * 60_000)
    await sendWaiting()
    expect(await mailById(id)).toMatchObject({ state: 'failed', cause: 'expired', attempts: 7 })
  })

  it('that is refused for good ends at once', async () => {
    await connect()
    sink.options.refuse = { 'rcpt-to': { code: 550, text: '5.1.1 No such user' } }
    const id = await queue()
    await sendWaiting()
    expect(await mailById(id)).toMatchObject({ state: 'failed', cause: 'recipient-rejected', attempts: 1 })
  })

  it('waits for a mail server that is down, and goes when it was mended and saved', async () => {
    const port = sink.port
    await connect()
    await sink.close()
    const id = await queue()
    await sendWaiting()
    expect(await mailById(id)).toMatchObject({ state: 'deferred', cause: 'connection-refused' })
    sink = await startSmtpSink()
    expect(sink.port).not.toBe(port)
    await startTestWorker(test.database)
    const arrived = sink.waitForMail()
    await connect()
    await transaction(wakeWaitingMails)
    await arrived
    await until(async () => (await mailById(id)).state === 'sent')
  })

  it('waits while there is no mail server, without an attempt being counted', async () => {
    const id = await queue()
    await sendWaiting()
    expect(await mailById(id)).toMatchObject({
      state: 'deferred',
      cause: 'no-mail-server',
      attempts: 0,
      deliveryAttempts: [],
    })
  })

  it('that nobody wants any more is not sent', async () => {
    await connect()
    const id = await queue()
    setClockAhead(61 * 60_000)
    await sendWaiting()
    expect(await mailById(id)).toMatchObject({ state: 'failed', cause: 'expired', deliveryAttempts: [] })
    expect(sink.mails).toEqual([])
  })

  it('is uncertain when the connection breaks after its last byte, and then carries the same Message-ID', async () => {
    await connect()
    sink.options.drop = 'data'
    const id = await queue()
    await sendWaiting()
    const first = await mailById(id)
    expect(first).toMatchObject({
      state: 'uncertain',
      cause: 'outcome-uncertain',
      deliveryAttempts: [{ outcome: 'uncertain', phase: 'data' }],
    })
    sink.options.drop = undefined
    await sendWaiting()
    expect(await mailById(id)).toMatchObject({
      state: 'sent',
      deliveryAttempts: [{}, { outcome: 'accepted' }],
    })
    expect((await read(sink.mails[0]!.raw)).mail.messageId).toBe(first.messageId)
  })

  it('is known to be on its way before the server can have it', async () => {
    await connect()
    sink.options.hold = 'data'
    const id = await queue()
    const sending = dispatch(randomUUID(), id)
    await sink.waitForHold()
    expect(await mailById(id)).toMatchObject({
      state: 'sending',
      deliveryAttempts: [{ phase: 'data', outcome: 'running' }],
    })
    sink.release()
    await sending
    expect(await mailById(id)).toMatchObject({ state: 'sent' })
  })

  it('is made by one worker only, however many are told of it', async () => {
    await connect()
    const id = await queue()
    await Promise.all(Array.from({ length: 5 }, () => dispatch(randomUUID(), id)))
    expect(sink.mails).toHaveLength(1)
    expect(await mailById(id)).toMatchObject({ state: 'sent', attempts: 1 })
  })

  it('that was taken over before its content left is not sent by the first worker', async () => {
    await connect()
    sink.options.hold = 'rcpt-to'
    const id = await queue()
    const sending = dispatch(randomUUID(), id)
    await sink.waitForHold()
    expect(await takeOver(randomUUID())).toBe(1)
    sink.release()
    await sending
    expect(sink.mails).toEqual([])
    await sendWaiting()
    expect(await mailById(id)).toMatchObject({
      state: 'sent',
      deliveryAttempts: [{ outcome: 'interrupted' }, { outcome: 'accepted' }],
    })
    expect(sink.mails).toHaveLength(1)
  })

  it('is not stuck by what no database can store in the words of a server', async () => {
    const rude = await startRawServer(socket => {
      socket.write('220 hello\r\n')
      socket.on('data', () => socket.write(`550 no\0 thanks ${'\u{1F600}'.repeat(700)}\r\n`))
    })
    try {
      await connectMailServer(root, rude)
      const id = await queue()
      await sendWaiting()
      expect((await mailById(id)).deliveryAttempts).toMatchObject([{ outcome: 'failed', replyCode: 550 }])
      const { breakerReply } = await db().mailServer.findFirstOrThrow()
      expect(breakerReply).toContain('no· thanks')
    } finally {
      await rude.close()
    }
  })

  it('that cannot be made is tried again later, not over and over', async () => {
    await connect()
    const id = await queue(order({ link: { tokenId: randomUUID(), keyId: 'gone', path: 'reset-password' } }))
    const worker = randomUUID()
    for (let attempt = 0; attempt < 2; attempt++) {
      await dispatch(worker, id).catch(() => {})
      await takeOver(worker)
    }
    const mail = await mailById(id)
    expect(mail.state).not.toBe('sending')
    expect(mail.dueAt.getTime()).toBeGreaterThan(Date.now() + 2_000)
  })
})

describe('sending again', () => {
  it('sends an ended mail once more as the same mail', async () => {
    await connect()
    const id = await queue(news())
    await sendWaiting()
    await sendAgain(root, id)
    expect(await mailById(id)).toMatchObject({ state: 'queued', cause: null })
    await sendWaiting()
    const [one, two] = await Promise.all(sink.mails.map(({ raw }) => read(raw)))
    expect(two?.mail.messageId).toBe(one?.mail.messageId)
    expect(await mailById(id)).toMatchObject({ state: 'sent', attempts: 2 })
  })

  it('is refused when the link in it is dead, and while it is under way', async () => {
    await connect()
    expect(await refusalOf(sendAgain(root, await queue()))).toBe('link-dead')
    sink.options.hold = 'data'
    const id = await queue(news())
    const sending = dispatch(randomUUID(), id)
    await sink.waitForHold()
    expect(await refusalOf(sendAgain(root, id))).toBe('mail-under-way')
    sink.release()
    await sending
  })

  it('of a withdrawn mail with its account gone sends nothing by itself', async () => {
    await connect()
    const id = await queue(news())
    await transaction(tx => cancelMails(tx, { id }, 'account-gone'))
    await sendWaiting()
    expect(sink.mails).toEqual([])
    expect(await mailById(id)).toMatchObject({ state: 'cancelled', cause: 'account-gone' })
  })
})

/** Sends one and waits for its end. */
async function testMail(input: MailServerInput) {
  const { id } = await sendTestMail(root, input, 'to@example.org')
  return reportOfTest(root, id, 20_000)
}

describe('a test mail', () => {
  const input = (changes = {}, password: string | null = null) => ({
    name: 'Candidate',
    settings: settingsFor(sink, changes),
    secrets: { ...noSecrets, password },
    baseVersionId: null,
  })

  it('tells that it was accepted, by which server and as what', async () => {
    await startTestWorker(test.database)
    const report = await testMail(input())
    expect(report).toMatchObject({ result: 'accepted', cause: null, queueId: 'TEST1' })
    expect(report?.stages.map(({ stage }) => stage)).toContain('rcpt-to')
    expect(report?.transcript.length).toBeGreaterThan(5)
    expect(sink.mails).toHaveLength(1)
    expect(await db().mailServerVersion.findFirstOrThrow()).toMatchObject({
      state: 'candidate',
      testResult: 'accepted',
    })
  })

  it('names the cause when it was refused, and is not tried again', async () => {
    await startTestWorker(test.database)
    sink.options.refuse = { 'rcpt-to': { code: 451, text: '4.7.1 Greylisted' } }
    const report = await testMail(input())
    expect(report).toMatchObject({ result: 'failed', cause: 'greylisted', reply: { code: 451 } })
    expect(await db().outboundMail.findFirstOrThrow()).toMatchObject({ state: 'failed', attempts: 1 })
  })

  it('goes through the candidate, the other mails still through the active server', async () => {
    const candidate = await startSmtpSink()
    try {
      await connect()
      await startTestWorker(test.database)
      await testMail({ ...input(), settings: settingsFor(candidate) })
      const arrived = sink.waitForMail()
      await queue()
      await arrived
      expect(candidate.mails).toHaveLength(1)
    } finally {
      await candidate.close()
    }
  })

  it('says so when no worker is alive, and does not arrive by surprise later', async () => {
    const report = await testMail(input())
    expect(report).toMatchObject({ result: 'failed', cause: 'no-worker' })
    await sendWaiting()
    expect(sink.mails).toEqual([])
  })

  it('is watched on its way: the form has its answer at once, and what was learned is told before the end', async () => {
    await startTestWorker(test.database)
    sink.options.hold = 'data'
    expect(await readTest(root, randomUUID())).toBeNull()
    const { id } = await sendTestMail(root, input(), 'to@example.org')
    const seen: TestProgress[] = []
    for await (const progress of watchTest(root, id)) {
      seen.push(progress)
      if (progress.stages.some(({ stage }) => stage === 'rcpt-to')) sink.release()
    }
    const before = seen.filter(({ report }) => report === null)
    expect(before.at(-1)?.stages.map(({ stage }) => stage)).toContain('rcpt-to')
    expect(seen.at(-1)).toMatchObject({ encryption: 'none', report: { result: 'accepted' } })
  })

  it('is cancelled in the middle of a step, and nothing is sent then or later', async () => {
    await startTestWorker(test.database)
    sink.options.hold = 'rcpt-to'
    const { id } = await sendTestMail(root, input(), 'to@example.org')
    await sink.waitForHold()
    expect(await refusalOf(cancelTest(viewer({ role: 'tenant_administrator' }), id))).toBe('not-allowed')
    expect(await cancelTest(root, id)).toBe(true)
    const report = await reportOfTest(root, id, 10_000)
    expect(report).toMatchObject({ result: 'cancelled', cause: null })
    expect(report?.stages.map(({ stage }) => stage)).toContain('mail-from')
    expect(await mailById(id)).toMatchObject({ state: 'cancelled', cause: 'test-cancelled', attempts: 1 })
    sink.release()
    await sendWaiting()
    expect(sink.mails).toEqual([])
    expect(await cancelTest(root, id)).toBe(false)
  })

  it('is cancelled before anybody has taken it', async () => {
    const worker = await startTestWorker(test.database)
    await worker.stop()
    await db().worker.update({ where: { id: worker.id }, data: { stoppedAt: null, heartbeatAt: new Date() } })
    const { id } = await sendTestMail(root, input(), 'to@example.org')
    expect(await cancelTest(root, id)).toBe(true)
    expect(await reportOfTest(root, id, 10_000)).toMatchObject({ result: 'cancelled', stages: [] })
    await sendWaiting()
    expect(sink.mails).toEqual([])
  })

  it('whose content has left is no longer cancelled: its outcome is told', async () => {
    await startTestWorker(test.database)
    sink.options.hold = 'data'
    const { id } = await sendTestMail(root, input(), 'to@example.org')
    await sink.waitForHold()
    expect(await cancelTest(root, id)).toBe(false)
    sink.release()
    expect(await reportOfTest(root, id, 10_000)).toMatchObject({ result: 'accepted' })
  })

  it('that its worker left broken off says so, and is not sent by the next one', async () => {
    await startTestWorker(test.database)
    sink.options.hold = 'rcpt-to'
    const { id } = await sendTestMail(root, input(), 'to@example.org')
    await sink.waitForHold()
    // To all others the worker is dead.
    await db().worker.deleteMany()
    expect(await reportOfTest(root, id, 10_000)).toMatchObject({
      result: 'failed',
      cause: 'no-worker',
      detail: { reason: 'interrupted' },
    })
    await takeOver(randomUUID())
    expect(await mailById(id)).toMatchObject({ state: 'failed', cause: 'no-worker', attempts: 1 })
    sink.release()
  })

  it('is brought to its end by a worker that is asked to stop', async () => {
    const worker = await startTestWorker(test.database)
    sink.options.hold = 'data'
    const { id } = await sendTestMail(root, input(), 'to@example.org')
    await sink.waitForHold()
    setTimeout(() => sink.release(), 1_000)
    await worker.stop()
    expect(await mailById(id)).toMatchObject({ state: 'sent', deliveryAttempts: [{ outcome: 'accepted' }] })
  })

  it('that nobody has taken in time is not sent any more', async () => {
    const worker = await startTestWorker(test.database)
    await worker.stop()
    await db().worker.update({ where: { id: worker.id }, data: { stoppedAt: null, heartbeatAt: new Date() } })
    const { id } = await sendTestMail(root, input(), 'to@example.org')
    setClockAhead(21_000)
    expect(await reportOfTest(root, id, 10_000)).toMatchObject({ result: 'failed', cause: 'no-worker' })
    await sendWaiting()
    expect(sink.mails).toEqual([])
  })
})

describe('while sending is paused', () => {
  it('no mail leaves; once it is resumed, those that waited do', async () => {
    await connect()
    await startTestWorker(test.database)
    await pauseOutbox(root)
    const id = await queue()
    await dispatch(randomUUID(), id)
    expect(await mailById(id)).toMatchObject({ state: 'queued', attempts: 0 })
    const arrived = sink.waitForMail()
    await resumeOutbox(root)
    await arrived
    const events = await db().auditEvent.findMany({ where: { action: { startsWith: 'outbox.' } } })
    expect(events.map(({ action, actor }) => `${action} ${actor}`).sort()).toEqual([
      `outbox.paused ${root.email}`,
      `outbox.resumed ${root.email}`,
    ])
  })

  it('a test mail says so, and does not arrive by surprise later', async () => {
    await startTestWorker(test.database)
    await pauseOutbox(root)
    const report = await testMail({
      name: 'Candidate',
      settings: settingsFor(sink),
      secrets: noSecrets,
      baseVersionId: null,
    })
    expect(report).toMatchObject({ result: 'failed', cause: 'no-worker', detail: { reason: 'paused' } })
    await resumeOutbox(root)
    await sendWaiting()
    expect(sink.mails).toEqual([])
  })
})

it('an earlier version comes back with the password that was entered for it, and nobody else can fetch it', async () => {
  const login = { encryption: 'starttls', authentication: 'password', username: 'anna' } as const
  const first = await connectMailServer(root, sink, login, { password: 'the first password' })
  await connectMailServer(root, { host: 'other.example.org', port: 25 })
  const stranger = viewer({ role: 'tenant_administrator', tenantId: randomUUID() })
  expect(await refusalOf(restoreVersion(stranger, first.versionId))).toBe('not-allowed')
  const restored = await restoreVersion(root, first.versionId)
  expect(restored).toMatchObject({ number: 3, state: 'active', mailServerId: first.mailServerId })
  expect(await activeVersion()).toMatchObject({
    settings: { port: sink.port, username: 'anna' },
    secrets: { password: 'the first password' },
  })
  expect(await refusalOf(restoreVersion(root, randomUUID()))).toBe('mail-server-gone')
})
