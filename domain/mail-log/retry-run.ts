// Sends again everything that failed of a filter, in the background and in small steps.
import { record } from '@/domain/audit/audit'
import { sendsInEarnest } from '@/domain/mail-server/in-use'
import { beyond, cursorOf, cursorText, inOrder } from '@/domain/outbox/mail-cursor'
import { resend } from '@/domain/outbox/resend'
import { type Viewer, visibleTenant } from '@/domain/viewer'
import type { OutboundMail, RetryRun } from '@/generated/prisma/client'
import { inMinutes, now } from '@/lib/clock'
import type { Count } from '@/lib/count'
import { db, type Tx, transaction } from '@/lib/db'
import { enqueue, work } from '@/lib/queue'
import { Refusal } from '@/lib/refusal'
import { type MailFilter, type MailQuery, matching, queryOf } from './mail-filter'

const step = 500
/** Before its job counts as hung, a long run goes on in a new one. */
const jobMilliseconds = 5 * 60_000
/** How long the result is shown. */
const shownMinutes = 10

/** `failed`, or `kept`: taken by the built-in inbox, while there was no other server */
export type Retried = 'failed' | 'kept'

export type RetryProgress = Pick<
  RetryRun,
  'total' | 'retried' | 'skipped' | 'startedBy' | 'startedAt' | 'endedAt'
> & { what: Retried }

/**
 * Begins to send again the failed mails of a viewer's filter that there are now, or those that were kept.
 * @throws Refusal not-allowed, retry-running while another one is under way, nothing-failed, nothing-kept
 */
export async function startRetryRun(
  viewer: Viewer,
  filter: Pick<MailFilter, 'kind' | 'search'>,
  what: Retried = 'failed',
): Promise<void> {
  const { tenantId = null, ...found } = await queryOf(viewer, filter)
  const query = { ...found, ...(what === 'kept' && { kept: true }) }
  await transaction(async tx => {
    if ((await tx.retryRun.count({ where: { tenantId, endedAt: null } })) > 0)
      throw new Refusal('retry-running')
    const [row] = await tx.$queryRaw<{ total: number }[]>`
      SELECT count(*)::int AS total FROM "OutboundMail" WHERE ${matching(wanted({ tenantId, filter: query }))}`
    const total = row?.total ?? 0
    if (total === 0) throw new Refusal(`nothing-${what}`)
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
export async function currentRetryRun(viewer: Viewer): Promise<RetryProgress | null> {
  const run = await db().retryRun.findFirst({
    where: {
      ...visibleTenant(viewer),
      OR: [{ endedAt: null }, { endedAt: { gt: inMinutes(-shownMinutes) } }],
    },
    orderBy: { startedAt: 'desc' },
  })
  return run && { ...run, what: (run.filter as Filter).kept ? 'kept' : 'failed' }
}

/** Nothing is counted further. */
const keptCountedTo = 1_000

/**
 * How many mails the built-in inbox has that another server could deliver now; none while there is no other.
 * @throws Refusal not-allowed
 */
export async function countKept(viewer: Viewer): Promise<Count> {
  const { tenantId } = visibleTenant(viewer)
  if (!(await sendsInEarnest())) return { number: 0, more: false }
  const [row] = await db().$queryRaw<{ number: number }[]>`
    SELECT count(*)::int AS number FROM (
      SELECT 1 FROM "OutboundMail" WHERE ${matching({ tenantId, kept: true })} LIMIT ${keptCountedTo + 1}) mail`
  const number = row?.number ?? 0
  return { number: Math.min(number, keptCountedTo), more: number > keptCountedTo }
}

/** Ends what is under way, without a further mail: what was sent again since is no longer known. */
export async function endRetryRuns(tx: Tx): Promise<void> {
  await tx.retryRun.updateMany({ where: { endedAt: null }, data: { endedAt: now() } })
}

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
      WHERE ${matching(wanted(run))} AND "createdAt" <= ${run.startedAt}::timestamptz
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

type Filter = Pick<MailQuery, 'kind' | 'id' | 'address' | 'part' | 'kept'>

const wanted = ({ tenantId, filter }: Pick<RetryRun, 'tenantId' | 'filter'>): MailQuery => {
  const query = filter as Filter
  return { ...query, tenantId: tenantId ?? undefined, state: query.kept ? undefined : 'failed' }
}
