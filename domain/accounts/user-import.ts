// The users of a file that was checked, added in the background: step by step, and whoever began it may leave.
import { setImmediate, setTimeout } from 'node:timers/promises'
import { record, recordEach } from '@/domain/audit/audit'
import { requireFreshProof, requireOwnSession, type Viewer, visibleTenant } from '@/domain/viewer'
import type { Prisma, UserImport } from '@/generated/prisma/client'
import { inMinutes, now } from '@/lib/clock'
import { db, rowId, type Tx, transaction } from '@/lib/db'
import { log } from '@/lib/log'
import { enqueue, work } from '@/lib/queue'
import { Refusal } from '@/lib/refusal'
import { inviteAdded } from './activation'
import type { ImportedPerson } from './import-check'
import { mapColumns } from './import-columns'
import { addUsers, removeUser } from './users'
import { whoBegan } from './who-began'

/** So many users are added in one transaction: on the embedded database what others do waits for its end. */
const step = 100
/** Between two steps the database belongs to those who work. */
const pauseMilliseconds = 50
/** So many are looked at and deleted, each in a transaction of its own, before it is asked who may still do so. */
const undoStep = 50
/** Another import's turn comes after so long. */
const jobMilliseconds = 30_000
/** For so long after its end an import can be undone. */
const undoMinutes = 60
/** So many problems and so many lines as they were understood are shown. */
const problemsShown = 50
const peopleShown = 5
const recentShown = 10

export type InvitationPace = {
  /** Whether each user is mailed an invitation */
  invited: boolean
  /** How many of these leave in a minute; null for as fast as possible */
  perMinute: number | null
}

/**
 * An import and how far it is, the first lines with a problem, and the first ones as they were understood with the
 * names of their places.
 * @throws Refusal not-allowed, import-not-found, also for somebody else's
 */
export async function readImport(viewer: Viewer, id: string) {
  const run = await ownImport(db(), viewer, id)
  const ofRun = { importId: run.id }
  const order = { number: 'asc' as const }
  const problems = await db().userImportLine.findMany({
    where: { ...ofRun, problem: { notIn: ['undone'] } },
    orderBy: order,
    take: problemsShown,
  })
  const understood = await db().userImportLine.findMany({
    where: { ...ofRun, problem: null },
    orderBy: order,
    take: peopleShown,
  })
  const people = understood.map(({ person, ...line }) => ({ ...line, person: person as ImportedPerson }))
  const tenants = await db().tenant.findMany({
    where: { id: { in: people.flatMap(({ person }) => person.tenantId ?? []) } },
  })
  const customers = await db().customer.findMany({
    where: { id: { in: people.flatMap(({ person }) => person.customerId ?? []) } },
  })
  const names = new Map([...tenants, ...customers].map(one => [one.id, one.name]))
  return {
    ...run,
    ...mapColumns(run.head),
    undoableUntil: run.undoneAt === null && run.added > 0 && isFresh(run) ? undoEnd(run) : null,
    problems,
    people: people.map(({ number, person }) => ({
      number,
      ...person,
      tenant: names.get(person.tenantId ?? ''),
      customer: names.get(person.customerId ?? ''),
    })),
  }
}

/** What the viewer has checked and imported lately, newest first. @throws Refusal not-allowed */
export async function recentImports(viewer: Viewer) {
  const { tenantId = null } = visibleTenant(viewer)
  return db().userImport.findMany({
    where: { tenantId, checkedAt: { not: null } },
    orderBy: { startedAt: 'desc' },
    take: recentShown,
  })
}

const isFresh = (run: UserImport) => (undoEnd(run) ?? now()) > now()
const undoEnd = ({ endedAt }: UserImport) => endedAt && new Date(endedAt.getTime() + undoMinutes * 60_000)

/** Of the viewer's own tenant, or of the installation. */
async function ownImport(tx: Tx, viewer: Viewer, id: string): Promise<UserImport> {
  const { tenantId = null } = visibleTenant(viewer)
  const run = await tx.userImport.findFirst({
    where: { id: rowId(id), tenantId, checkedAt: { not: null } },
  })
  if (!run) throw new Refusal('import-not-found')
  return run
}

/**
 * Begins to add the users of a checked file; lines with a problem are left.
 * @throws Refusal not-allowed, import-not-found, import-begun, import-all-bad, prove-yourself (for administrators)
 */
export const startImport = (viewer: Viewer, id: string, pace: InvitationPace): Promise<void> =>
  transaction(async tx => {
    requireOwnSession(viewer)
    const { fileName, total, bad, tenantId } = await ownImport(tx, viewer, id)
    if (total === bad) throw new Refusal('import-all-bad')
    if (await addsAdministrators(tx, id)) requireFreshProof(viewer)
    const begun = { ...pace, importedAt: now(), ...actorOf(viewer) }
    const { count } = await tx.userImport.updateMany({ where: { id, importedAt: null }, data: begun })
    if (count === 0) throw new Refusal('import-begun')
    const after = { file: fileName, lines: total, users: total - bad, ...pace }
    await record(tx, viewer, 'users.imported', subjectOf(tenantId), { after })
    await enqueue(tx, 'user-imports', { importId: id })
  })

const addsAdministrators = async (tx: Tx, importId: string): Promise<boolean> =>
  (await tx.userImportLine.findFirst({
    where: { importId, problem: null, NOT: { person: { path: ['role'], equals: 'customer_user' } } },
    select: { number: true },
  })) !== null

/**
 * Begins to delete those whom an import has added and who have not activated their account.
 * @throws Refusal not-allowed, import-not-found, import-not-undoable
 */
export const undoImport = (viewer: Viewer, id: string): Promise<void> =>
  transaction(async tx => {
    requireOwnSession(viewer)
    const run = await ownImport(tx, viewer, id)
    const begun = { undoneAt: now(), ...actorOf(viewer) }
    const { count } = isFresh(run)
      ? await tx.userImport.updateMany({ where: { id, undoneAt: null }, data: begun })
      : { count: 0 }
    if (count === 0) throw new Refusal('import-not-undoable')
    const after = { file: run.fileName, users: run.added }
    await record(tx, viewer, 'users.import-undone', subjectOf(run.tenantId), { after })
    await enqueue(tx, 'user-imports', { importId: id })
  })

const subjectOf = (tenantId: string | null) => ({
  type: 'installation' as const,
  id: null,
  label: 'users',
  tenantId,
})

const actorOf = ({ id, email, address }: Viewer) => ({ actorId: id, actor: email, actorFrom: address })

/** Works imports in this process, and goes on with those that another one has left. */
export async function workUserImports(): Promise<void> {
  await work<{ importId: string }>('user-imports', 1, async ({ importId }) => {
    const end = Date.now() + jobMilliseconds
    while ((await importSome(importId)) || (await undoSome(importId))) {
      log.debug({ importId }, 'an import went on')
      await setTimeout(pauseMilliseconds)
      if (Date.now() > end) return transaction(tx => enqueue(tx, 'user-imports', { importId }))
    }
    log.info({ importId }, 'an import ended')
  })
  await transaction(async tx => {
    for (const { id } of await tx.userImport.findMany({ where: underWay, select: { id: true } }))
      await enqueue(tx, 'user-imports', { importId: id })
  })
}

const underWay: Prisma.UserImportWhereInput = {
  OR: [
    { importedAt: { not: null }, endedAt: null },
    { undoneAt: { not: null }, undoEndedAt: null },
  ],
}

/**
 * One step of an import: users, their mails and how far it came are committed together, so that nobody is added
 * twice or passed over, wherever a process ends. Two who work on the same import take turns.
 * @returns whether there is more to do
 */
export const importSome = (importId: string): Promise<boolean> =>
  transaction(async tx => {
    const begun = now()
    const [run] = await tx.$queryRaw<UserImport[]>`
      SELECT * FROM "UserImport"
      WHERE id = ${importId}::uuid AND "importedAt" IS NOT NULL AND "endedAt" IS NULL FOR UPDATE`
    if (!run) return false
    const viewer = await beginnerOf(tx, run)
    if (!viewer) {
      await stop(tx, run)
      return false
    }
    const lines = await tx.userImportLine.findMany({
      where: { importId, number: { gt: run.cursor }, problem: null },
      orderBy: { number: 'asc' },
      take: step,
    })
    const outcomes = await addUsers(
      tx,
      viewer,
      lines.map(({ person }) => person as ImportedPerson),
    )
    const added = outcomes.flatMap(outcome => (outcome instanceof Refusal ? [] : outcome))
    if (run.invited) await inviteAdded(tx, viewer, added, pacing(run, begun))
    await recordTaken(tx, viewer, lines, outcomes)
    const told = lines.map(({ number }, at) => {
      const outcome = outcomes[at]
      return outcome instanceof Refusal
        ? { number, userId: null, problem: outcome.code }
        : { number, userId: outcome?.id, problem: null }
    })
    await tx.$executeRaw`
      UPDATE "UserImportLine" line SET "userId" = told."userId", problem = told.problem
      FROM json_to_recordset(${JSON.stringify(told)}::json) AS told(number int, "userId" uuid, problem text)
      WHERE line."importId" = ${importId}::uuid AND line.number = told.number`
    const more = lines.length === step
    await tx.userImport.update({
      where: { id: importId },
      data: {
        added: { increment: added.length },
        refused: { increment: lines.length - added.length },
        cursor: lines.at(-1)?.number ?? run.cursor,
        endedAt: more ? null : now(),
      },
    })
    return more
  })

/** As where users are added one by one: that an address has been taken since tells of accounts of others. */
async function recordTaken(
  tx: Tx,
  viewer: Viewer,
  lines: { person: unknown }[],
  outcomes: (object | Refusal)[],
): Promise<void> {
  if (viewer.role !== 'tenant_administrator') return
  const taken = lines.filter((_, at) => {
    const outcome = outcomes[at]
    return outcome instanceof Refusal && outcome.code === 'email-taken'
  })
  const subjects = taken.map(({ person }) => ({
    type: 'user' as const,
    id: null,
    label: (person as ImportedPerson).email,
    tenantId: viewer.tenantId,
  }))
  await recordEach(
    tx,
    viewer,
    'user.address-taken',
    subjects.map(subject => ({ subject })),
  )
}

/** Whoever has lost the right meanwhile adds nobody any more. */
async function stop(tx: Tx, { id, cursor }: UserImport): Promise<void> {
  const { count } = await tx.userImportLine.updateMany({
    where: { importId: id, number: { gt: cursor }, problem: null },
    data: { problem: 'stopped' },
  })
  await tx.userImport.update({ where: { id }, data: { refused: { increment: count }, endedAt: now() } })
}

/**
 * How many seconds after the step has begun, which is the time that its mails go by, the mail is due to the so many-th
 * of those who are added in it.
 */
function pacing({ perMinute, added, importedAt }: UserImport, begun: Date): (index: number) => number {
  if (perMinute === null || importedAt === null) return () => 0
  const passed = (begun.getTime() - importedAt.getTime()) / 1000
  return index => Math.max(0, ((added + index) * 60) / perMinute - passed)
}

/**
 * One step of undoing an import. Each deletion commits on its own, together with how far it came.
 * @returns whether there is more to do
 */
export async function undoSome(importId: string): Promise<boolean> {
  const run = await importToUndo(importId)
  if (!run) return false
  const viewer = await beginnerOf(db(), run)
  const lines = viewer ? await linesToUndo(run) : []
  for (const { number, userId } of lines) {
    await undoLine(viewer as Viewer, importId, number, userId as string)
    // On the embedded database nobody else would get a turn before the step is over.
    await setImmediate()
  }
  if (lines.length === undoStep) return true
  await db().userImport.update({ where: { id: importId }, data: { undoEndedAt: now() } })
  return false
}

const importToUndo = (id: string) =>
  db().userImport.findFirst({ where: { id, undoneAt: { not: null }, undoEndedAt: null } })

const linesToUndo = ({ id, undoCursor }: UserImport) =>
  db().userImportLine.findMany({
    where: { importId: id, number: { gt: undoCursor }, userId: { not: null } },
    select: { number: true, userId: true },
    orderBy: { number: 'asc' },
    take: undoStep,
  })

async function undoLine(viewer: Viewer, importId: string, number: number, userId: string): Promise<void> {
  try {
    await transaction(async tx => {
      if (!(await passLine(tx, importId, number, 'undone'))) return
      await removeUser(tx, viewer, userId, 'pending')
      await tx.userImportLine.update({
        where: { importId_number: { importId, number } },
        data: { problem: 'undone' },
      })
    })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    // Whom somebody else has deleted is not there any more either.
    const what = error.code === 'user-not-found' ? 'undone' : 'kept'
    await transaction(tx => passLine(tx, importId, number, what))
  }
}

/** @returns false where another process was faster */
async function passLine(tx: Tx, id: string, number: number, what: 'undone' | 'kept'): Promise<boolean> {
  const { count } = await tx.userImport.updateMany({
    where: { id, undoCursor: { lt: number } },
    data: { undoCursor: number, [what]: { increment: 1 } },
  })
  return count > 0
}

const beginnerOf = (tx: Tx, { actorId, actorFrom, tenantId }: UserImport) =>
  whoBegan(tx, { id: actorId, address: actorFrom, tenantId })

const resultBatch = 1_000

export type ResultLine = {
  number: number
  cells: string[]
  /** `added`, `undone`, `left`, or `open` while it is not its turn yet */
  result: 'added' | 'undone' | 'left' | 'open'
  problem: string | null
  detail: string | null
}

/**
 * What became of each line, as many at a time as the memory holds easily.
 * @throws Refusal not-allowed, import-not-found
 */
export async function importResult(viewer: Viewer, id: string) {
  const { head, fileName } = await ownImport(db(), viewer, id)
  return { head, fileName, lines: linesOf(id) }
}

async function* linesOf(importId: string): AsyncGenerator<ResultLine[]> {
  for (let last = 0; ; ) {
    const lines = await db().userImportLine.findMany({
      where: { importId, number: { gt: last } },
      orderBy: { number: 'asc' },
      take: resultBatch,
    })
    if (lines.length > 0)
      yield lines.map(({ number, cells, problem, detail, userId }) => {
        const result = problem === 'undone' ? 'undone' : problem ? 'left' : userId ? 'added' : 'open'
        return { number, cells, result, problem: result === 'left' ? problem : null, detail }
      })
    last = lines.at(-1)?.number ?? last
    if (lines.length < resultBatch) return
  }
}

/** For so many days it can be read what became of a file, and for one day what was checked and not imported. */
const keptDays = 7
const checkedDays = 1
const day = 24 * 60

/** @returns how many */
export async function deleteOldImports(): Promise<number> {
  const { count } = await db().userImport.deleteMany({
    where: {
      OR: [
        { importedAt: null, startedAt: { lt: inMinutes(-checkedDays * day) } },
        { endedAt: { lt: inMinutes(-keptDays * day) } },
      ],
    },
  })
  return count
}
