// A test mail's attempt: over a connection of its own, probed further when it fails, and told stage by stage.

import type { SigningKey } from '@/domain/deliverability/signing'
import { isInbox } from '@/domain/mail-server/in-use'
import { inTurn } from '@/domain/mail-server/refresh-token'
import { publicOnly } from '@/domain/mail-server/scope'
import { findVersion } from '@/domain/mail-server/versions'
import { type StageReport, submit } from '@/domain/smtp/submission'
import { db } from '@/lib/db'
import { log } from '@/lib/log'
import type { ClaimedMail } from './claim'
import { compose } from './compose'
import { type Ledger, TakenOver } from './ledger'
import { isCancelled } from './test-cancel'
import { changesOfTest, lookMilliseconds, tellWatchers } from './test-notice'

/** Sends a claimed test mail through the version that it tests, and writes down how that went. */
export async function deliverTest(
  mail: ClaimedMail,
  keysOf: (tenantId: string | null) => readonly SigningKey[],
  ledger: Ledger,
): Promise<void> {
  const began = performance.now()
  const took = () => Math.round(performance.now() - began)
  const told = tellStages(mail)
  const cancelling = listenForCancel(mail.id)
  try {
    const version = await findVersion(mail.attempt.versionId)
    if (!version) throw new Error('the version to be tested is gone')
    const message = await compose(mail, version.settings, keysOf(version.tenantId))
    const outcome = await submit(version.settings, version.secrets, message, {
      diagnose: true,
      signal: cancelling.signal,
      onStage: told.onStage,
      onWaiting: told.onWaiting,
      versionKey: version.id,
      inTurn: inTurn(version),
      network: { publicOnly: publicOnly(version) },
      beforeData: () => ledger.contentLeaves(mail),
    })
    await told.written()
    await ledger.settle(mail, outcome, took(), { elsewhere: false, builtin: await isInbox(version) })
  } catch (error) {
    const cancelled = cancelling.signal.aborted
    if (!cancelled) log.error({ mailId: mail.id, error: String(error) }, 'test mail broke off')
    await told.written()
    const { stages } = told
    if (!(error instanceof TakenOver))
      await ledger.settle(
        mail,
        { result: 'interrupted', phase: 'dns', stages, transcript: [], cancelled },
        took(),
      )
  } finally {
    cancelling.stop()
  }
  await tellWatchers(mail.id).catch(() => {})
}

/** Aborts once somebody no longer wants the test; what has left by then, `submit` waits for all the same. */
function listenForCancel(mailId: string): { signal: AbortSignal; stop(): void } {
  const cancelled = new AbortController()
  const over = new AbortController()
  void (async () => {
    for await (const _ of changesOfTest(mailId, lookMilliseconds, over.signal))
      if (await isCancelled(mailId)) return cancelled.abort(new Error('the test was cancelled'))
  })().catch(error => log.warn({ mailId, error: String(error) }, 'nobody can cancel this test'))
  return { signal: cancelled.signal, stop: () => over.abort() }
}

/** Writes each stage down as it ends: somebody is watching. Nothing else depends on it. */
function tellStages({ id, attempt: { number } }: ClaimedMail) {
  const stages: StageReport[] = []
  let waiting: number | null = null
  let writing: Promise<unknown> = Promise.resolve()
  const write = async () => {
    await db().deliveryAttempt.updateMany({
      where: { mailId: id, number, outcome: 'running' },
      data: {
        stages: JSON.parse(JSON.stringify(stages).replaceAll('\\u0000', '·')),
        ...(waiting !== null && { detail: { waiting: String(waiting) } }),
      },
    })
    await tellWatchers(id)
  }
  const tell = () => {
    writing = writing.then(write).catch(() => {})
  }
  return {
    onStage: (stage: StageReport) => {
      stages.push(stage)
      tell()
    },
    onWaiting: ({ seconds }: { seconds: number }) => {
      waiting = seconds
      tell()
    },
    stages,
    written: () => writing,
  }
}
