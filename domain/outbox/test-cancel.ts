// Ending a test mail that somebody no longer waits for, wherever it is.
import { record } from '@/domain/audit/audit'
import { scopeOf } from '@/domain/mail-server/scope'
import type { Viewer } from '@/domain/viewer'
import { db, rowId, transaction } from '@/lib/db'
import { cancelMails } from './outbound-mail'
import { tellWatchers } from './test-notice'

/** The cause of a test that a person has cancelled, or that is to be ended for it. */
export const testCancelled = 'test-cancelled'

/**
 * Ends a test. A worker that is at it breaks off, unless the content has left: then nobody can take it back, and its
 * outcome is still told. @returns whether it was still to be ended @throws Refusal not-allowed
 */
export async function cancelTest(viewer: Viewer, id: string): Promise<boolean> {
  const scope = await scopeOf(viewer)
  const test = { id: rowId(id), kind: 'test', ...scope }
  const ended = await transaction(async tx => {
    const mail = await tx.outboundMail.findFirst({ where: test })
    if (!mail) return false
    if ((await cancelMails(tx, { id }, testCancelled)) === 0) {
      const { count } = await tx.outboundMail.updateMany({
        where: { ...test, state: 'sending', deliveryAttempts: { none: { phase: 'data' } } },
        data: { cause: testCancelled },
      })
      if (count === 0) return false
    }
    const subject = { type: 'outbound-mail' as const, id: mail.id, label: mail.recipient, ...scope }
    await record(tx, viewer, 'mail-server.test-cancelled', subject)
    return true
  })
  await tellWatchers(id)
  return ended
}

/** Whether somebody wants a test that is under way to be ended. */
export const isCancelled = async (id: string): Promise<boolean> =>
  (await db().outboundMail.count({ where: { id, cause: testCancelled } })) > 0
