// One attempt at handing one mail to a mail server, written down step by step.
import { setTimeout } from 'node:timers/promises'
import { signingKeys } from '@/domain/deliverability/signing'
import { type Outcome, type StageReport, submit } from '@/domain/mail-server/submission'
import {
  activeVersion,
  findVersion,
  recordTest,
  replaceRefreshToken,
  type UsableVersion,
} from '@/domain/mail-server/versions'
import { type DeliveryAttempt, type OutboundMail, Prisma } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import { db, type Tx, transaction } from '@/lib/db'
import { log } from '@/lib/log'
import { enqueue } from '@/lib/queue'
import { compose } from './compose'
import { priorityOf, waiting } from './outbound-mail'
import { outboxPause } from './pause'
import { isFinal, retryDelay } from './retry-policy'

/**
 * Sends a mail if it is still waiting; does nothing if another worker has it or had it, or while sending
 * is paused. Safe to call any number of times.
 */
export async function dispatch(mailId: string, workerId: string): Promise<void> {
  if (await outboxPause()) return
  const version = await serverFor(mailId)
  const claimed = await claim(mailId, workerId, version)
  if (!claimed || !version) return
  const { mail, attempt } = claimed
  const outcome = await attemptDelivery(mail, attempt, version)
  await insist(() => transaction(tx => settle(tx, mail, attempt, storable(outcome))))
  log.info(
    {
      mailId,
      kind: mail.kind,
      attempt: attempt.number,
      result: outcome.result,
      ...(outcome.result !== 'accepted' && { cause: outcome.cause }),
    },
    'delivery attempt',
  )
}

/** A test mail goes through the version that it tests, every other through the active one; null if it is gone. */
async function serverFor(mailId: string): Promise<UsableVersion | null> {
  const mail = await db().outboundMail.findUnique({
    where: { id: mailId },
    select: { mailServerVersionId: true },
  })
  return mail?.mailServerVersionId ? findVersion(mail.mailServerVersionId) : activeVersion()
}

/** Takes the mail for this worker, and opens its next attempt, or ends or postpones it. */
const claim = (mailId: string, workerId: string, version: UsableVersion | null) =>
  transaction(async tx => {
    const { count } = await tx.outboundMail.updateMany({
      where: { id: mailId, state: { in: waiting } },
      data: { state: 'sending', workerId, attempts: { increment: 1 } },
    })
    if (count === 0) return null
    const mail = await tx.outboundMail.findUniqueOrThrow({ where: { id: mailId } })
    if (mail.expiresAt <= now() || !version) {
      await tx.outboundMail.update({ where: { id: mailId }, data: { attempts: { decrement: 1 } } })
      if (mail.expiresAt <= now()) await fail(tx, mail, 'expired')
      else await postpone(tx, mail, 'deferred', 'no-mail-server', 60_000)
      return null
    }
    const attempt = await tx.deliveryAttempt.create({
      data: {
        mailId,
        number: mail.attempts,
        workerId,
        mailServerVersionId: version.id,
        serverName: version.name,
        phase: 'dns',
        outcome: 'running',
        startedAt: now(),
      },
    })
    return { mail, attempt }
  })

async function attemptDelivery(mail: OutboundMail, attempt: DeliveryAttempt, version: UsableVersion) {
  const told = mail.kind === 'test' ? tellStages(attempt) : null
  const composed = await compose(mail, version.settings, await signingKeys())
  const outcome = await submit(version.settings, version.secrets, composed, {
    diagnose: mail.kind === 'test',
    onStage: told?.onStage,
    versionKey: version.id,
    onRefreshToken: token => insist(() => replaceRefreshToken(version.id, token)),
    // From here on a lost connection leaves it open whether the mail was taken. That must be known even
    // if this process dies now, so it is written before the first byte of the message leaves.
    beforeData: async () => {
      const { count } = await db().deliveryAttempt.updateMany({
        where: { id: attempt.id, outcome: 'running' },
        data: { phase: 'data' },
      })
      if (count === 0) throw new Error('this attempt was taken over by another worker')
    },
  })
  await told?.written()
  return outcome
}

/** Writes each stage of a test down as it ends: somebody is watching. Nothing else depends on it. */
function tellStages({ id }: DeliveryAttempt) {
  const stages: StageReport[] = []
  let writing: Promise<unknown> = Promise.resolve()
  const write = () =>
    db().deliveryAttempt.updateMany({ where: { id, outcome: 'running' }, data: { stages: storable(stages) } })
  return {
    onStage: (stage: StageReport) => {
      stages.push(stage)
      writing = writing.then(write).catch(() => {})
    },
    written: () => writing,
  }
}

/**
 * The server has answered; if the database is away just now, forgetting the answer would send the mail
 * twice. So it is held until it can be written.
 */
async function insist(write: () => Promise<void>): Promise<void> {
  for (let pause = 250; ; pause = Math.min(pause * 2, 5_000)) {
    try {
      return await write()
    } catch (error) {
      log.warn({ error: String(error) }, 'an outcome could not be written yet')
      await setTimeout(pause)
    }
  }
}

/**
 * What answers on a port need not speak SMTP, nor send text at all. PostgreSQL takes neither U+0000 nor
 * half of a surrogate pair; what holds one could never be written.
 */
const storable = <T>(told: T): T =>
  JSON.parse(JSON.stringify(told), (_key, value) =>
    typeof value === 'string' ? Buffer.from(value.replaceAll('\0', '·')).toString() : value,
  )

async function settle(tx: Tx, mail: OutboundMail, attempt: DeliveryAttempt, outcome: Outcome): Promise<void> {
  const cause = outcome.result === 'accepted' ? null : outcome.cause
  const kept = mail.kind === 'test' || outcome.result !== 'accepted'
  await tx.deliveryAttempt.update({
    where: { id: attempt.id },
    data: {
      outcome: outcome.result,
      phase: outcome.phase,
      replyCode: outcome.reply?.code,
      enhancedCode: outcome.reply?.enhanced,
      replyText: outcome.reply?.text,
      queueId: outcome.result === 'accepted' ? outcome.queueId : null,
      cause,
      detail: outcome.result === 'accepted' ? Prisma.DbNull : outcome.detail,
      stages: outcome.stages,
      transcript: kept ? outcome.transcript : Prisma.DbNull,
      endedAt: now(),
    },
  })
  if (mail.mailServerVersionId) await recordTest(tx, mail.mailServerVersionId, outcome.result, cause)
  if (outcome.result === 'accepted') return accepted(tx, mail)
  if (mail.kind === 'test' || isFinal(outcome)) return fail(tx, mail, outcome.cause)
  return postpone(
    tx,
    mail,
    outcome.result === 'uncertain' ? 'uncertain' : 'deferred',
    outcome.cause,
    retryDelay(attempt.number, outcome.cause),
  )
}

/**
 * What the server has accepted is sent, also when this worker was taken for dead meanwhile and the mail
 * waits for its next attempt: that attempt would be the double.
 */
async function accepted(tx: Tx, { id, workerId }: OutboundMail): Promise<void> {
  await tx.outboundMail.updateMany({
    where: { id, OR: [{ state: 'sending', workerId }, { state: { in: waiting } }] },
    data: { state: 'sent', cause: null, sentAt: now() },
  })
}

/** Only while the mail is still ours: a worker that was taken for dead must not overrule the next one. */
async function fail(tx: Tx, { id, workerId }: OutboundMail, cause: string): Promise<void> {
  await tx.outboundMail.updateMany({
    where: { id, state: 'sending', workerId },
    data: { state: 'failed', cause },
  })
}

async function postpone(
  tx: Tx,
  mail: OutboundMail,
  state: 'deferred' | 'uncertain',
  cause: string,
  milliseconds: number,
): Promise<void> {
  const dueAt = new Date(now().getTime() + milliseconds)
  // Past its expiry nobody wants the mail; it ends now, and its last attempt says why.
  if (dueAt >= mail.expiresAt) return fail(tx, mail, 'expired')
  const { count } = await tx.outboundMail.updateMany({
    where: { id: mail.id, state: 'sending', workerId: mail.workerId },
    data: { state, cause, dueAt },
  })
  if (count > 0)
    await enqueue(tx, 'outbox', { mailId: mail.id }, { startAfter: dueAt, priority: priorityOf(mail.kind) })
}
