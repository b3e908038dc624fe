// Stops all sending, and lets it go on: for the time in which a wrong mail would be worse than a late one.
import { record } from '@/domain/audit/audit'
import { requireAdministrator, requireSystemAdministrator, type Viewer } from '@/domain/viewer'
import { now } from '@/lib/clock'
import { db, type Tx, transaction } from '@/lib/db'
import { wakeWaitingMails } from './waking'

export type OutboxPause = { at: Date; by: string | null }

/** Since when and by whom sending is paused; null while it is not. @throws Refusal not-allowed */
export async function outboxPause(viewer: Viewer, tx: Tx = db()): Promise<OutboxPause | null> {
  requireAdministrator(viewer)
  const control = await tx.outboxControl.findUnique({ where: { id: 1 } })
  return control?.pausedAt ? { at: control.pausedAt, by: control.pausedBy } : null
}

/** Lets no further attempt begin, on any machine; those under way end. @throws Refusal not-allowed */
export const pauseOutbox = (viewer: Viewer) => setPaused(viewer, true)

/** Lets mails go again, those that waited at once. @throws Refusal not-allowed */
export const resumeOutbox = (viewer: Viewer) => setPaused(viewer, false)

const setPaused = (viewer: Viewer, paused: boolean): Promise<void> =>
  transaction(async tx => {
    requireSystemAdministrator(viewer)
    const state = paused ? { pausedAt: now(), pausedBy: viewer.email } : { pausedAt: null, pausedBy: null }
    await tx.outboxControl.upsert({ where: { id: 1 }, create: { id: 1, ...state }, update: state })
    await record(tx, viewer, paused ? 'outbox.paused' : 'outbox.resumed', {
      type: 'installation',
      id: null,
      label: 'outbox',
    })
    if (!paused) await wakeWaitingMails(tx)
  })
