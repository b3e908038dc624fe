// The dry run of an import: every line of the file is read, understood and kept, and nobody is added.

import { setTimeout } from 'node:timers/promises'
import { emailDomainRules } from '@/domain/settings/email-domain-rules'
import { readInstallation } from '@/domain/settings/installation'
import { nameKey } from '@/domain/tenancy/name-key'
import { placesFor } from '@/domain/tenancy/tenants'
import { requireOwnSession, type Viewer, visibleTenant } from '@/domain/viewer'
import type { Role } from '@/generated/prisma/enums'
import { inMinutes, now } from '@/lib/clock'
import { type CsvRow, CsvUnreadable, readCsv } from '@/lib/csv-reading'
import { db } from '@/lib/db'
import { readAddress } from '@/lib/email-address'
import { type Locale, locales } from '@/lib/i18n/locales'
import { nameField } from '@/lib/name-field'
import { Refusal } from '@/lib/refusal'
import { storableText } from '@/lib/storable-text'
import { admitNewUser } from './attempts'
import { emailKey } from './email-address'
import { headScore, type ImportColumn, languageIn, type Mapping, mapColumns, roleIn } from './import-columns'
import { grantableRoles, type NewUser, noteTakenAddress } from './users'

/** The longest file, in bytes and in lines. */
export const longestFile = 20 * 1024 * 1024
export const mostLines = 50_000

/** So many lines are looked up and kept at once. */
const batch = 500
/** After each batch others get their turn: the embedded database gives none by itself. */
const pauseMilliseconds = 10

/** Who a line stands for. */
export type ImportedPerson = Omit<NewUser, 'sendActivation'> & { locale: Locale }

/** Why nobody is added for a line; the words stand in the catalogue under `users.import.problems`. */
type LineProblem = { problem: string; detail?: string }

type Line = { row: CsvRow; key: string | null; understood: ImportedPerson | LineProblem }

/**
 * Checks a file of users, without adding any. It takes the place of what the viewer has checked before and did not
 * import. That an address is taken by somebody else's user tells of accounts of others: a tenant administrator finds
 * out so many in an hour, and no more by a file than one by one.
 * @returns the id of the import
 * @throws Refusal not-allowed, too-many-attempts, import-empty, import-too-large, import-workbook,
 * import-no-email, import-too-many-lines with `most`, import-unreadable with `line`
 */
export async function checkImport(
  viewer: Viewer,
  file: { name: string; bytes: Uint8Array },
): Promise<string> {
  const { tenantId = null } = visibleTenant(viewer)
  requireOwnSession(viewer)
  if (viewer.role === 'tenant_administrator') await admitNewUser(viewer.id)
  if (file.bytes.length > longestFile) throw new Refusal('import-too-large', { field: 'file' })
  // What a workbook begins with: it is a ZIP archive, or was one of the old ones.
  if (/^(504b0304|d0cf11e0)/.test(Buffer.from(file.bytes.subarray(0, 4)).toString('hex')))
    throw new Refusal('import-workbook', { field: 'file' })
  const { encoding, delimiter, head, rows } = await readCsv(file.bytes, headScore).catch(unreadable)
  if (!head) throw new Refusal('import-empty', { field: 'file' })
  const mapping = mapColumns(head.cells)
  if (mapping.columns.email === undefined) throw new Refusal('import-no-email', { field: 'file' })
  const id = await beginImport({
    tenantId,
    fileName: storableText(file.name).slice(0, 200),
    encoding,
    delimiter,
    head: head.cells,
    actorId: viewer.id,
    actor: viewer.email,
    actorFrom: viewer.address,
    startedAt: now(),
  })
  try {
    await keepLines(viewer, id, await understanding(viewer, mapping, head.cells.length), rows, mapping.secret)
  } catch (error) {
    await forgetImport(id)
    return unreadable(error)
  }
  return id
}

function unreadable(error: unknown): never {
  if (!(error instanceof CsvUnreadable)) throw error
  throw new Refusal('import-unreadable', { field: 'file', values: { line: error.line } })
}

type Begun = Parameters<ReturnType<typeof db>['userImport']['create']>[0]['data'] & { actorId: string }

async function beginImport(data: Begun): Promise<string> {
  // What was begun a moment ago may still be read, where a form was sent twice.
  const over = [{ checkedAt: { not: null } }, { startedAt: { lt: inMinutes(-10) } }]
  await db().userImport.deleteMany({ where: { actorId: data.actorId, importedAt: null, OR: over } })
  return (await db().userImport.create({ data, select: { id: true } })).id
}

const forgetImport = (id: string) => db().userImport.deleteMany({ where: { id } })

async function keepLines(
  viewer: Viewer,
  id: string,
  understand: (cells: string[]) => ImportedPerson | LineProblem,
  rows: AsyncGenerator<CsvRow>,
  secret: number[],
): Promise<void> {
  /** On which line an address stands first */
  const seen = new Map<string, number>()
  let [total, bad, lines] = [0, 0, [] as Line[]]
  const keep = async () => {
    const problems = await keepBatch(viewer, id, lines, secret)
    total += lines.length
    bad += problems
    lines = []
    await setTimeout(pauseMilliseconds)
  }
  for await (const row of rows) {
    if (total + lines.length === mostLines)
      throw new Refusal('import-too-many-lines', { field: 'file', values: { most: mostLines } })
    lines.push(once(seen, row, understand(row.cells)))
    if (lines.length === batch) await keep()
  }
  await keep()
  if (total === 0) throw new Refusal('import-empty', { field: 'file' })
  await db().userImport.update({ where: { id }, data: { total, bad, checkedAt: now() } })
}

/** Of several lines with one address the first one counts. */
function once(seen: Map<string, number>, row: CsvRow, understood: ImportedPerson | LineProblem): Line {
  if ('problem' in understood) return { row, key: null, understood }
  const key = emailKey(understood.email)
  const first = seen.get(key)
  if (first !== undefined)
    return { row, key: null, understood: { problem: 'email-twice', detail: String(first) } }
  seen.set(key, row.line)
  return { row, key, understood }
}

/** Looks up at once who of some lines has an account, and keeps them. @returns how many have a problem */
async function keepBatch(viewer: Viewer, id: string, lines: Line[], secret: number[]): Promise<number> {
  const keys = lines.flatMap(({ key }) => key ?? [])
  const users = await db().$queryRaw<{ emailKey: string; tenantId: string | null }[]>`
    SELECT "emailKey", "tenantId"::text FROM "User" WHERE "emailKey" = ANY (${keys}::text[])`
  const taken = new Set(users.map(user => user.emailKey))
  await countTaken(viewer, users)
  const kept = lines.map(({ row, key, understood }) => {
    const problem = key !== null && taken.has(key) ? { problem: 'email-taken' } : understood
    const cells = row.cells.map((cell, at) => (secret.includes(at) ? '' : cell))
    return {
      number: row.line,
      cells,
      ...('problem' in problem
        ? { person: null, problem: problem.problem, detail: problem.detail?.slice(0, 200) ?? null }
        : { person: problem, problem: null, detail: null }),
    }
  })
  await db().$executeRaw`
    INSERT INTO "UserImportLine" ("importId", number, cells, person, problem, detail)
    SELECT ${id}::uuid, l.number, ARRAY(SELECT json_array_elements_text(l.cells)), l.person, l.problem, l.detail
    FROM json_to_recordset(${JSON.stringify(kept)}::json)
      AS l(number int, cells json, person jsonb, problem text, detail text)`
  return kept.filter(({ problem }) => problem !== null).length
}

/** @throws Refusal too-many-attempts once a tenant administrator has found too many users of others */
async function countTaken(
  viewer: Viewer,
  users: { emailKey: string; tenantId: string | null }[],
): Promise<void> {
  if (viewer.role !== 'tenant_administrator') return
  for (const { emailKey: key, tenantId } of users) {
    if (tenantId === viewer.tenantId) continue
    await admitNewUser(viewer.id)
    await noteTakenAddress(viewer, key)
  }
}

/** @returns who a row stands for, or its first problem */
async function understanding(viewer: Viewer, { columns }: Mapping, width: number) {
  const tenants = await placesFor(viewer)
  const place = placing(viewer, tenants)
  const ofTenant = new Map(tenants.map(({ id, locale }) => [id, locale]))
  const granted = grantableRoles(viewer)
  const { locale: usual } = await readInstallation()
  const refused = await emailDomainRules(db())

  return (cells: string[]): ImportedPerson | LineProblem => {
    const typed = (column: ImportColumn) => bare(cells[columns[column] ?? -1] ?? '')
    // A delimiter inside of a text without quotes moves all that stands behind it.
    if (cells.slice(width).some(cell => cell.trim() !== '')) return { problem: 'too-many-cells' }
    if (typed('email') === '') return { problem: 'email-required' }
    const email = readAddress(typed('email'))
    if (email === null) return { problem: 'email-invalid', detail: typed('email') }
    const refusal = refused(email)
    if (refusal) return { problem: refusal.code, detail: String(refusal.options.values?.domain) }
    const names = { firstName: '', lastName: '' }
    for (const column of ['firstName', 'lastName'] as const) {
      const { data, error } = nameField.safeParse(typed(column))
      if (error) return { problem: error.issues[0]?.message ?? 'name-invalid', detail: typed(column) }
      names[column] = data
    }
    const role = typed('role') === '' ? 'customer_user' : roleIn(typed('role'))
    if (!role) return { problem: 'role-unknown', detail: typed('role') }
    if (!granted.includes(role)) return { problem: 'role-not-allowed', detail: typed('role') }
    const language = typed('language')
    const chosen = languageIn(language)
    if (language !== '' && !chosen) return { problem: 'language-unknown', detail: typed('language') }
    const where = place(role, typed('tenant'), typed('customer'))
    if ('problem' in where) return where
    const locale = chosen || localeIn(ofTenant.get(where.tenantId ?? '')) || usual
    return { email, ...names, role, ...where, locale }
  }
}

/** A spreadsheet's cell without what is around it, and without the apostrophe that an export puts before a formula. */
const bare = (cell: string) => cell.trim().replace(/^'(?=[=+\-@])/, '')

type Place = { tenantId: string | null; customerId: string | null }

/** Finds tenants and customers by their names, or by their ids; what a role does not call for is left aside. */
function placing(viewer: Viewer, tenants: Awaited<ReturnType<typeof placesFor>>) {
  const byName = new Map(
    tenants.flatMap(tenant => {
      const customers = new Map(tenant.customers.flatMap(one => named(one, one.id)))
      return named(tenant, { id: tenant.id, customers })
    }),
  )
  const own = viewer.role === 'tenant_administrator' ? byName.get(viewer.tenantId ?? '') : undefined

  return (role: Role, tenantName: string, customerName: string): Place | LineProblem => {
    if (role === 'system_administrator') return { tenantId: null, customerId: null }
    const wanted = tenantName === '' ? own : byName.get(nameKey(tenantName))
    if (own && wanted !== own) return { problem: 'tenant-not-yours', detail: tenantName }
    if (!wanted)
      return tenantName === ''
        ? { problem: 'tenant-required' }
        : { problem: 'tenant-unknown', detail: tenantName }
    if (role === 'tenant_administrator') return { tenantId: wanted.id, customerId: null }
    const customerId = wanted.customers.get(nameKey(customerName))
    if (customerId) return { tenantId: wanted.id, customerId }
    return customerName === ''
      ? { problem: 'customer-required' }
      : { problem: 'customer-unknown', detail: customerName }
  }
}

const named = <T>({ id, name }: { id: string; name: string }, value: T): [string, T][] => [
  [id, value],
  [nameKey(name), value],
]

const localeIn = (text: string | null | undefined) => locales.find(known => known === text)
