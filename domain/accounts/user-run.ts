// The same done to all users of a filter, in the background and one by one: whoever began it may leave.
import { record } from '@/domain/audit/audit'
import { requireOwnSession, type Viewer, visibleTenant } from '@/domain/viewer'
import type { UserRun } from '@/generated/prisma/client'
import { inMinutes, now } from '@/lib/clock'
import { db, transaction } from '@/lib/db'
import { enqueue, work } from '@/lib/queue'
import { Refusal } from '@/lib/refusal'
import { type Deed, deeds } from './many-users'
import { filterOf, type UserFilter, usersMatching } from './user-filter'
import { whoBegan } from './who-began'

/** So many users are read, and their turn taken, at once. */
const step = 50
/** Longer than a step ever takes: then its process has died, and another goes on. */
const turnMinutes = 2
/** Before its job counts as hung, a long run goes on in a new one. */
const jobMilliseconds = 5 * 60_000
/** How long the result is shown. */
const shownMinutes = 10

export type UserRunProgress = Pick<
  UserRun,
  'total' | 'done' | 'refused' | 'startedBy' | 'startedAt' | 'endedAt'
> & { deed: Deed }

/**
 * Begins to do the same to all users of a filter that there are now.
 * @throws Refusal not-allowed, user-run-running while another one of the viewer's tenant is under way, nobody-chosen
 */
export async function startUserRun(viewer: Viewer, filter: UserFilter, deed: Deed): Promise<void> {
  const { tenantId = null } = visibleTenant(viewer)
  requireOwnSession(viewer)
  const wanted = filterOf(filter)
  const total = await db().user.count({ where: await usersMatching(viewer, wanted) })
  if (total === 0) throw new Refusal('nobody-chosen')
  await transaction(async tx => {
    if ((await tx.userRun.count({ where: { tenantId, endedAt: null } })) > 0)
      throw new Refusal('user-run-running')
    const run = await tx.userRun.create({
      data: {
        deed,
        filter: wanted,
        tenantId,
        total,
        startedById: viewer.id,
        startedBy: viewer.email,
        startedFrom: viewer.address,
        startedAt: now(),
      },
    })
    const subject = { type: 'installation' as const, id: null, label: 'users', tenantId }
    await record(tx, viewer, 'users.changed', subject, { after: { ...wanted, deed, total } })
    await enqueue(tx, 'user-runs', { runId: run.id })
  })
}

/** The run that is under way or has just ended, for those who may see its users. @throws Refusal not-allowed */
export async function currentUserRun(viewer: Viewer): Promise<UserRunProgress | null> {
  const run = await db().userRun.findFirst({
    where: {
      ...visibleTenant(viewer),
      OR: [{ endedAt: null }, { endedAt: { gt: inMinutes(-shownMinutes) } }],
    },
    orderBy: { startedAt: 'desc' },
  })
  return run && { ...run, deed: run.deed as Deed }
}

/** Works runs in this process, and goes on with those that another one has left. */
export async function workUserRuns(): Promise<void> {
  await work<{ runId: string }>('user-runs', 1, async ({ runId }) => {
    const end = Date.now() + jobMilliseconds
    while (await changeSome(runId)) {
      if (Date.now() > end) break
    }
    await goOnLater({ id: runId })
  })
  await goOnLater({})
}

/** Runs that are not done go on when nobody works on them any more. */
const goOnLater = (which: { id?: string }) =>
  transaction(async tx => {
    const runs = await tx.userRun.findMany({ where: { ...which, endedAt: null } })
    for (const { id, turnEndsAt } of runs)
      await enqueue(tx, 'user-runs', { runId: id }, { startAfter: turnEndsAt ?? now() })
  })

/**
 * One step of a run. A deed commits on its own, and after each the run goes on behind that user: where a process dies
 * in between, one user is looked at twice, which changes nothing more. @returns whether there is more to do
 */
export async function changeSome(runId: string): Promise<boolean> {
  const run = await takeTurn(runId)
  if (!run) return false
  let more = true
  try {
    more = await changeNext(run)
  } finally {
    await db().userRun.update({
      where: { id: runId },
      data: { turnEndsAt: null, endedAt: more ? null : now() },
    })
  }
  return more
}

async function changeNext(run: UserRun): Promise<boolean> {
  const { startedById: id, startedFrom: address, tenantId } = run
  const viewer = await whoBegan(db(), { id, address, tenantId })
  // Whoever has lost the right meanwhile does nothing any more.
  const users = viewer ? await nextUsers(viewer, run) : []
  for (const { id, emailKey } of users) {
    const done = await succeeds(() => deeds[run.deed as Deed](viewer as Viewer, id))
    await db().userRun.update({
      where: { id: run.id },
      data: { cursor: emailKey, ...(done ? { done: { increment: 1 } } : { refused: { increment: 1 } }) },
    })
  }
  return users.length === step
}

/** Of several processes one goes on with a run. */
async function takeTurn(runId: string): Promise<UserRun | null> {
  const [run] = await db().userRun.updateManyAndReturn({
    where: { id: runId, endedAt: null, OR: [{ turnEndsAt: null }, { turnEndsAt: { lt: now() } }] },
    data: { turnEndsAt: inMinutes(turnMinutes) },
  })
  return run ?? null
}

const nextUsers = async (viewer: Viewer, run: UserRun) =>
  db().user.findMany({
    where: {
      ...(await usersMatching(viewer, run.filter as UserFilter)),
      emailKey: { gt: run.cursor },
      // Who has come since was not meant.
      createdAt: { lte: run.startedAt },
    },
    select: { id: true, emailKey: true },
    orderBy: { emailKey: 'asc' },
    take: step,
  })

/** For so many days it is known what a run did; the audit knows it for longer. */
const keptDays = 90

/** @returns how many */
export const deleteOldUserRuns = async (): Promise<number> =>
  (await db().userRun.deleteMany({ where: { endedAt: { lt: inMinutes(-keptDays * 24 * 60) } } })).count

async function succeeds(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}
