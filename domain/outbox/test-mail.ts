// The test mail: a real mail through the real queue, a real worker and the production transport.
import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { record } from '@/domain/audit/audit'
import { createCandidate, type MailServerInput, readVersions } from '@/domain/mail-server/versions'
import type { Cause } from '@/domain/smtp/causes'
import type { MailServerSettings } from '@/domain/smtp/settings'
import type { SmtpReply, StageReport, TranscriptLine } from '@/domain/smtp/submission'
import { requireSystemAdministrator, type Viewer } from '@/domain/viewer'
import type { DeliveryAttempt } from '@/generated/prisma/client'
import type { MailState } from '@/generated/prisma/enums'
import { inMinutes } from '@/lib/clock'
import { db, rowId, transaction } from '@/lib/db'
import { cancelMails, queueMail } from './outbound-mail'
import { outboxPause } from './pause'
import { waiting } from './states'
import { workerAlive } from './worker'

/** How long a test mail may lie in the queue of a living worker, or in the hands of a dead one. */
const pickUpMilliseconds = 20_000

export type TestReport = {
  /** The version that was tested; saving it needs no secret typed again. */
  versionId: string
  settings: MailServerSettings
  recipient: string
  result: 'accepted' | 'failed' | 'uncertain'
  cause: Cause | null
  detail: Record<string, string>
  reply: SmtpReply | null
  queueId: string | null
  stages: StageReport[]
  transcript: TranscriptLine[]
}

/**
 * Sends a test mail with what the form holds, and waits for what becomes of it.
 * @param id for the mail; whoever chose it can watch the test meanwhile with `watchTest`
 * @throws Refusal as `createCandidate` does
 */
export async function sendTestMail(
  viewer: Viewer,
  input: MailServerInput,
  recipient: string,
  id: string = randomUUID(),
): Promise<TestReport> {
  requireSystemAdministrator(viewer)
  const version = await transaction(async tx => {
    const version = await createCandidate(tx, viewer, input)
    await queueMail(tx, {
      id,
      kind: 'test',
      parameters: { serverName: version.name, host: version.settings.host, requestedBy: viewer.email },
      recipient,
      locale: viewer.locale,
      expiresAt: inMinutes(10),
      mailServerVersionId: version.id,
      requestedBy: viewer,
    })
    const subject = { type: 'mail-server' as const, id: version.id, label: version.name }
    await record(tx, viewer, 'mail-server.tested', subject, { after: { recipient } })
    return version
  })
  const attempt = await outcomeOf(id)
  return {
    versionId: version.id,
    settings: version.settings,
    recipient,
    ...(attempt === 'paused' ? paused : attempt ? reported(attempt) : nobodyWorked),
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

/** What the test mail with this id has gone through so far; null before it is queued. @throws Refusal not-allowed */
export async function watchTest(
  viewer: Viewer,
  id: string,
): Promise<{ encryption: MailServerSettings['encryption']; stages: StageReport[]; ended: boolean } | null> {
  requireSystemAdministrator(viewer)
  const mail = await db().outboundMail.findFirst({
    where: { id: rowId(id), kind: 'test' },
    include: { deliveryAttempts: { orderBy: { number: 'desc' }, take: 1 } },
  })
  if (!mail?.mailServerVersionId) return null
  const [attempt] = mail.deliveryAttempts
  // Asked many times a second: no reason to open secrets.
  const [version] = await readVersions([mail.mailServerVersionId])
  return {
    encryption: version?.settings.encryption ?? 'none',
    stages: (attempt?.stages ?? []) as StageReport[],
    ended: !waiting.includes(mail.state) && mail.state !== 'sending',
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
  requireSystemAdministrator(viewer)
  const mails = await db().outboundMail.findMany({
    where: { kind: 'test', mailServerVersionId: { in: versionIds } },
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

/**
 * The attempt of a test mail once it has ended; `paused` when nobody may send just now, null when no
 * worker took it, or the one that did is gone.
 */
async function outcomeOf(mailId: string): Promise<DeliveryAttempt | 'paused' | null> {
  const began = Date.now()
  let lastAlive = began
  for (;;) {
    const mail = await db().outboundMail.findUniqueOrThrow({
      where: { id: mailId },
      include: { deliveryAttempts: { orderBy: { number: 'desc' }, take: 1 } },
    })
    const [attempt] = mail.deliveryAttempts
    if (attempt?.endedAt) return attempt
    if (!attempt && (await outboxPause()) && (await withdraw(mailId))) return 'paused'
    const alive = await workerAlive()
    if (alive) lastAlive = Date.now()
    if (!alive || (!attempt && Date.now() - began > pickUpMilliseconds)) {
      // Withdrawn, so that it does not arrive by surprise when a worker comes back. If one takes it at
      // this very moment, the mail is no longer waiting, and we go on watching it.
      if ((await withdraw(mailId)) || Date.now() - lastAlive > pickUpMilliseconds) return null
    }
    await setTimeout(50)
  }
}

const withdraw = async (mailId: string) =>
  (await transaction(tx => cancelMails(tx, { id: mailId }, 'no-worker'))) > 0

const nobodyWorked: Omit<TestReport, 'versionId' | 'settings' | 'recipient'> = {
  result: 'failed' as const,
  cause: 'no-worker' as const,
  detail: {},
  reply: null,
  queueId: null,
  stages: [],
  transcript: [],
}

const paused: typeof nobodyWorked = { ...nobodyWorked, detail: { reason: 'paused' } }

const reported = (attempt: DeliveryAttempt): typeof nobodyWorked => ({
  result:
    attempt.outcome === 'accepted' || attempt.outcome === 'uncertain' ? attempt.outcome : ('failed' as const),
  cause: attempt.cause as Cause | null,
  detail: (attempt.detail ?? {}) as Record<string, string>,
  reply: attempt.replyCode
    ? { code: attempt.replyCode, enhanced: attempt.enhancedCode, text: attempt.replyText ?? '' }
    : null,
  queueId: attempt.queueId,
  stages: (attempt.stages ?? []) as StageReport[],
  transcript: (attempt.transcript ?? []) as TranscriptLine[],
})
