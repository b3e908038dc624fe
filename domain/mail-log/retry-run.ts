// Sends again everything that failed of a filter, in the background and in small steps.
import { record } from '@/domain/audit/audit'
import { beyond, cursorOf, cursorText, inOrder } from '@/domain/outbox/mail-cursor'
import { resend } from '@/domain/outbox/resend'
import { type Viewer, visibleTenant } from '@/domain/viewer'
import type { OutboundMail, RetryRun } from '@/generated/prisma/client'
import { inMinutes, now } from '@/lib/clock'
import { db, transaction } from '@/lib/db'
import { enqueue, work } from '@/lib/queue'
import { Refusal } from '@/lib/refusal'
import { type MailFilter, type MailQuery, matching, queryOf } from './mail-filter'

const step = 500
/** Before its job counts as hung, a long run goes on in a new one. */
const jobMilliseconds = 5 * 60_000
/** How long the result is shown. */
const shownMinutes = 10

export type RetryProgress = Pick<
  RetryRun,
  'total' | 'retried' | 'skipped' | 'startedBy' | 'startedAt' | 'endedAt'
>

/**
 * Begins to send again the failed mails of a viewer's filter that there are now.
 * @throws Refusal not-allowed, retry-running while another one is under way, nothing-failed
 */
export async function startRetryRun(
  viewer: Viewer,
  filter: Pick<MailFilter, 'kind' | 'search'>,
): Promise<void> {
  const { tenantId = null, state: _, ...query } = await queryOf(viewer, { ...filter, state: 'failed' })
  await transaction(async tx => {
    if ((await tx.retryRun.count({ where: { tenantId, endedAt: null } })) > 0)
      throw new Refusal('retry-running')
    const [row] = await tx.$queryRaw<{ total: number }[]>`
      SELECT count(*)::int AS total FROM "OutboundMail" WHERE ${matching(failed({ tenantId, filter: query }))}`
    const total = row?.total ?? 0
    if (total === 0) throw new Refusal('nothing-failed')
    const run = await tx.retryRun.create({
      data: {
        filter: query,
        tenantId,
        total,
        startedById: viewer.id,
        startedBy: viewer.email,
        startedAt: now(),
      },
    })
    await record(
      tx,
      viewer,
      'outbox.retried',
      { type: 'installation', id: null, label: 'outbox', tenantId },
      { after: { ...query, total } },
    )
    await enqueue(tx, 'retry-runs', { runId: run.id })
  })
}

/** The run that is under way or has just ended, for those who may see its mails. @throws Refusal not-allowed */
export const currentRetryRun = async (viewer: Viewer): Promise<RetryProgress | null> =>
  db().retryRun.findFirst({
    where: {
      ...visibleTenant(viewer),
      OR: [{ endedAt: null }, { endedAt: { gt: inMinutes(-shownMinutes) } }],
    },
    orderBy: { startedAt: 'desc' },
  })

/** Works retry runs in this process, and goes on with those that another one has left. */
export async function workRetryRuns(): Promise<void> {
  await work<{ runId: string }>('retry-runs', 1, async ({ runId }) => {
    const end = Date.now() + jobMilliseconds
    while (await retrySome(runId)) {
      if (Date.now() > end) return transaction(tx => enqueue(tx, 'retry-runs', { runId }))
    }
  })
  await transaction(async tx => {
    for (const { id } of await tx.retryRun.findMany({ where: { endedAt: null }, select: { id: true } }))
      await enqueue(tx, 'retry-runs', { runId: id })
  })
}

/**
 * One step of a run. What it did and how far it came are committed together, and two who work on the same
 * run take turns. @returns whether there is more to do
 */
export const retrySome = (runId: string): Promise<boolean> =>
  transaction(async tx => {
    const [run] = await tx.$queryRaw<RetryRun[]>`
      SELECT * FROM "RetryRun" WHERE id = ${runId}::uuid AND "endedAt" IS NULL FOR UPDATE`
    if (!run) return false
    // What fails again meanwhile lies behind the cursor, and what is new is not part of it.
    const mails = await tx.$queryRaw<OutboundMail[]>`
      SELECT id, kind, "linkTokenId", "createdAt" FROM "OutboundMail"
      WHERE ${matching(failed(run))} AND "createdAt" <= ${run.startedAt}::timestamptz
        AND ${beyond(cursorOf(run.cursor ?? undefined), 'older')}
      ${inOrder('older')} LIMIT ${step} FOR UPDATE SKIP LOCKED`
    const retried = await resend(tx, mails)
    const last = mails.at(-1)
    const more = mails.length === step
    await tx.retryRun.update({
      where: { id: runId },
      data: {
        retried: { increment: retried },
        skipped: { increment: mails.length - retried },
        cursor: last ? cursorText(last) : run.cursor,
        endedAt: more ? null : now(),
      },
    })
    return more
  })

const failed = ({ tenantId, filter }: Pick<RetryRun, 'tenantId' | 'filter'>): MailQuery => ({
  ...(filter as Pick<MailQuery, 'kind' | 'id' | 'address' | 'part'>),
  tenantId: tenantId ?? undefined,
  state: 'failed',
})
