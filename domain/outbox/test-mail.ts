// The test mail: a real mail through the real queue, a real worker and the production transport. What becomes of
// it stands in its rows alone, so that anybody who knows its id can watch it, on any node.
import { randomUUID } from 'node:crypto'
import { record } from '@/domain/audit/audit'
import { createCandidate, type MailServerInput } from '@/domain/mail-server/candidate'
import { scopeOf } from '@/domain/mail-server/scope'
import { readVersions } from '@/domain/mail-server/versions'
import type { Cause } from '@/domain/smtp/causes'
import type { MailServerSettings } from '@/domain/smtp/settings'
import type { SmtpReply, StageReport, TranscriptLine } from '@/domain/smtp/submission'
import type { Viewer } from '@/domain/viewer'
import type { DeliveryAttempt, OutboundMail } from '@/generated/prisma/client'
import type { MailState } from '@/generated/prisma/enums'
import { db, rowId, sqlNow, type Tx, transaction } from '@/lib/db'
import { countAttempt } from '@/lib/rate-limit'
import { Refusal } from '@/lib/refusal'
import { cancelMails, queueMail } from './outbound-mail'
import { outboxPause } from './pause'
import { waiting } from './states'
import { deadAfterSeconds } from './take-over'
import { testCancelled } from './test-cancel'
import { changesOfTest, lookMilliseconds } from './test-notice'
import { workerAlive } from './worker'

/** For so long a worker may take a test mail. Then it has been told that none did, and none may any more. */
const pickUpSeconds = 20

export type TestReport = {
  /** The version that was tested; saving it needs no secret typed again. */
  versionId: string
  settings: MailServerSettings
  recipient: string
  /** It went to the built-in inbox, which delivers to nobody */
  kept: boolean
  result: 'accepted' | 'failed' | 'uncertain' | 'cancelled'
  cause: Cause | null
  detail: Record<string, string>
  reply: SmtpReply | null
  queueId: string | null
  stages: StageReport[]
  transcript: TranscriptLine[]
}

/**
 * Sends a test mail with what the form holds. Returns as soon as it is queued: `watchTest` tells the rest.
 * @throws Refusal too-many-tests (of a tenant), and as `createCandidate` does
 */
export async function sendTestMail(
  viewer: Viewer,
  input: MailServerInput,
  recipient: string,
): Promise<{ id: string; versionId: string }> {
  const scope = await scopeOf(viewer)
  if (scope.tenantId !== null) await refuseTooManyTests(scope.tenantId)
  const id = randomUUID()
  return transaction(async tx => {
    const version = await createCandidate(tx, viewer, input)
    await queueMail(tx, {
      id,
      kind: 'test',
      parameters: { serverName: version.name, host: version.settings.host, requestedBy: viewer.email },
      recipient,
      locale: viewer.locale,
      expiresAt: await inSeconds(tx, pickUpSeconds),
      mailServerVersionId: version.id,
      ...scope,
      requestedBy: viewer,
    })
    const subject = { type: 'mail-server' as const, id: version.id, label: version.name, ...scope }
    await record(tx, viewer, 'mail-server.tested', subject, { after: { recipient } })
    // Withdrawn at once where nobody would send it: it must not arrive by surprise later on.
    if (await outboxPause(viewer, tx)) await cancelMails(tx, { id }, 'paused')
    else if (!(await workerAlive(tx))) await cancelMails(tx, { id }, 'no-worker')
    return { id, versionId: version.id }
  })
}

/** A tenant sends so many test mails in an hour: to whomever it likes, by servers that it names. */
const testsOfTenant = { name: 'tenant-tests', points: 30, seconds: 3_600 }

async function refuseTooManyTests(tenantId: string): Promise<void> {
  const wait = await countAttempt({ limit: testsOfTenant, key: tenantId })
  if (wait > 0) throw new Refusal('too-many-tests', { values: { minutes: Math.ceil(wait / 60) } })
}

/** By the clock of the database, which decides whether it may still be taken. */
async function inSeconds(tx: Tx, seconds: number): Promise<Date> {
  const [row] = await tx.$queryRaw<
    { at: Date }[]
  >`SELECT ${sqlNow()} + ${seconds}::int * interval '1 second' AS at`
  return row?.at ?? new Date()
}

export type TestProgress = {
  encryption: MailServerSettings['encryption']
  /** What has ended so far */
  stages: StageReport[]
  /** Seconds for which the server, which has the mail, has kept us waiting for its reply; null while that is not long */
  waiting: number | null
  /** Once it is over */
  report: TestReport | null
}

/**
 * What the test mail with this id has gone through, each time something was added, up to its report. Ends also
 * when `signal` aborts. @throws Refusal not-allowed
 */
export async function* watchTest(
  viewer: Viewer,
  id: string,
  signal?: AbortSignal,
): AsyncGenerator<TestProgress, void> {
  let last = ''
  for await (const _ of changesOfTest(id, lookMilliseconds, signal)) {
    const progress = await readTest(viewer, id)
    if (!progress) return
    const told = JSON.stringify(progress)
    if (told !== last) yield progress
    last = told
    if (progress.report) return
  }
}

/** The versions that are being tested. */
export async function testsUnderWay(): Promise<string[]> {
  const mails = await db().outboundMail.findMany({
    where: { kind: 'test', state: { in: [...waiting, 'sending'] } },
    select: { mailServerVersionId: true },
  })
  return mails.flatMap(({ mailServerVersionId }) => mailServerVersionId ?? [])
}

/** The report of a test mail once it has ended; null if that has not come within so many milliseconds, or there is none. */
export async function reportOfTest(
  viewer: Viewer,
  id: string,
  milliseconds: number,
): Promise<TestReport | null> {
  for await (const { report } of watchTest(viewer, id, AbortSignal.timeout(milliseconds)))
    if (report) return report
  return null
}

type Watched = OutboundMail & { deliveryAttempts: DeliveryAttempt[] }

/** How far a test mail is; null if there is none with this id. @throws Refusal not-allowed */
export async function readTest(viewer: Viewer, id: string): Promise<TestProgress | null> {
  const scope = await scopeOf(viewer)
  const mail = await db().outboundMail.findFirst({
    where: { id: rowId(id), kind: 'test', ...scope },
    include: { deliveryAttempts: { orderBy: { number: 'desc' }, take: 1 } },
  })
  if (!mail?.mailServerVersionId) return null
  // Read often: no reason to open secrets.
  const [version] = await readVersions([mail.mailServerVersionId], scope)
  if (!version) return null
  const { versionId, settings } = version
  const outcome = await outcomeOf(viewer, mail)
  const [attempt] = mail.deliveryAttempts
  const { waiting } = (attempt?.detail ?? {}) as Record<string, string>
  return {
    encryption: settings.encryption,
    stages: stagesOf(attempt),
    waiting: waiting === undefined ? null : Number(waiting),
    report: outcome && { versionId, settings, recipient: mail.recipient, kept: mail.kept, ...outcome },
  }
}

type TestOutcome = Omit<TestReport, 'versionId' | 'settings' | 'recipient' | 'kept'>

/** How a test mail ended, by what its rows say; null while that is open. */
async function outcomeOf(viewer: Viewer, mail: Watched): Promise<TestOutcome | null> {
  const [attempt] = mail.deliveryAttempts
  // The mail and its attempt are read one after the other: the worker may have broken off in between.
  const brokeOff = mail.state === 'cancelled' || attempt?.outcome === 'interrupted'
  if (mail.cause === testCancelled && brokeOff)
    return { ...nothingSaid, result: 'cancelled', cause: null, detail: {}, stages: stagesOf(attempt) }
  if (attempt?.endedAt) return reported(attempt)
  if (mail.state === 'cancelled') return notSent(mail.cause === 'paused' ? 'paused' : 'none')
  if (attempt && (await abandoned(attempt))) return brokenOff(attempt)
  // Whoever claims a mail looks whether it has expired: this one is not taken any more.
  const late = !attempt && (mail.state === 'failed' || (await isPast(mail.expiresAt)))
  return late ? notSent((await outboxPause(viewer)) ? 'paused' : 'none') : null
}

const isPast = async (moment: Date): Promise<boolean> => {
  const [row] = await db().$queryRaw<
    { past: boolean }[]
  >`SELECT ${moment}::timestamptz <= ${sqlNow()} AS past`
  return row?.past ?? false
}

/** Whether the worker that makes an attempt has died. Another one will end the mail; it is not sent again. */
async function abandoned({ workerId }: DeliveryAttempt): Promise<boolean> {
  const [row] = await db().$queryRaw<{ dead: boolean }[]>`
    SELECT NOT EXISTS (
      SELECT 1 FROM "Worker" WHERE id = ${workerId}::uuid
        AND "heartbeatAt" > now() - make_interval(secs => ${deadAfterSeconds}::int)
    ) AS dead`
  return row?.dead ?? false
}

const stagesOf = (attempt?: DeliveryAttempt) => (attempt?.stages ?? []) as StageReport[]

const nothingSaid = { reply: null, queueId: null, stages: [], transcript: [] }

const notSent = (reason: string): TestOutcome => ({
  ...nothingSaid,
  result: 'failed',
  cause: 'no-worker',
  detail: { reason },
})

/** An attempt that its worker did not bring to an end. */
const brokenOff = ({ phase, stages }: DeliveryAttempt): TestOutcome => ({
  ...notSent('interrupted'),
  ...(phase === 'data' && { result: 'uncertain', cause: 'outcome-uncertain', detail: {} }),
  stages: (stages ?? []) as StageReport[],
})

function reported(attempt: DeliveryAttempt): TestOutcome {
  const { outcome, cause, detail, replyCode, enhancedCode, replyText, queueId, stages, transcript } = attempt
  if (outcome === 'interrupted') return brokenOff(attempt)
  return {
    result: outcome === 'accepted' || outcome === 'uncertain' ? outcome : 'failed',
    cause: cause as Cause | null,
    detail: (detail ?? {}) as Record<string, string>,
    reply: replyCode ? { code: replyCode, enhanced: enhancedCode, text: replyText ?? '' } : null,
    queueId,
    stages: (stages ?? []) as StageReport[],
    transcript: (transcript ?? []) as TranscriptLine[],
  }
}

export type TestOfVersion = {
  mailId: string
  versionId: string
  result: 'accepted' | 'failed' | 'uncertain' | 'running' | 'withdrawn'
  createdAt: Date
}

/** The last tests of the versions, newest first; each mail keeps its stages and transcript. @throws Refusal not-allowed */
export async function testsOf(viewer: Viewer, versionIds: string[]): Promise<TestOfVersion[]> {
  const scope = await scopeOf(viewer)
  const mails = await db().outboundMail.findMany({
    where: { kind: 'test', mailServerVersionId: { in: versionIds }, ...scope },
    orderBy: { createdAt: 'desc' },
    take: 50,
    select: { id: true, mailServerVersionId: true, state: true, cause: true, createdAt: true },
  })
  return mails.map(({ id, mailServerVersionId, state, cause, createdAt }) => ({
    mailId: id,
    versionId: mailServerVersionId ?? '',
    result: resultOf(state, cause),
    createdAt,
  }))
}

function resultOf(state: MailState, cause: string | null): TestOfVersion['result'] {
  if (state === 'sent') return 'accepted'
  if (state === 'cancelled') return 'withdrawn'
  if (state !== 'failed') return 'running'
  return cause === 'outcome-uncertain' ? 'uncertain' : 'failed'
}
