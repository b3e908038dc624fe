// Which events somebody asks for, and how that is said to the database: always by an index that has them in the
// order of the list, so that a page costs the same whatever lies before and behind it.

import { type Viewer, visibleTenant } from '@/domain/viewer'
import { Prisma } from '@/generated/prisma/client'
import { db } from '@/lib/db'
import { type ActionGroup, actionsOf } from './actions'

export type AuditFilter = {
  group?: ActionGroup
  /** The beginning of an actor's or a subject's name, in any letter case; or the id of a subject */
  search?: string
  /** From this moment, and before that one */
  from?: Date
  until?: Date
}

/** A filter of which is known whom its search means. */
export type AuditQuery = Omit<AuditFilter, 'search'> & {
  tenantId?: string
  subjectId?: string
  actors?: string[]
  subjects?: string[]
  /** More people begin like this than are looked for */
  more?: boolean
}

/** So many names that begin alike are looked for. */
export const namesAtMost = 50

/** What a viewer's filter asks for. @throws Refusal not-allowed */
export async function auditQuery(viewer: Viewer, { search, ...rest }: AuditFilter): Promise<AuditQuery> {
  const query = { ...visibleTenant(viewer), ...rest }
  if (!search) return query
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(search))
    return { ...query, subjectId: search.toLowerCase() }
  const [actors, subjects] = await Promise.all([
    namesBeginning(query, 'actor', search),
    namesBeginning(query, 'subject', search),
  ])
  return {
    ...query,
    actors: actors.slice(0, namesAtMost),
    subjects: subjects.slice(0, namesAtMost),
    more: actors.length > namesAtMost || subjects.length > namesAtMost,
  }
}

type Named = 'actor' | 'subject'

/** The names that begin so, from one to the next: however many events each of them has. */
async function namesBeginning(query: AuditQuery, column: Named, search: string): Promise<string[]> {
  const rows = await db().$queryRaw<{ name: string }[]>(namesStatement(query, column, search))
  return rows.map(({ name }) => name)
}

export function namesStatement({ tenantId }: AuditQuery, column: Named, search: string): Prisma.Sql {
  const name = lower(column)
  // Byte by byte, as the index has them; nothing comes after the last sign of Unicode.
  const next = (from: Prisma.Sql) => Prisma.sql`
    SELECT ${name} AS name FROM "AuditEvent"
    WHERE ${ofTenant(tenantId)} AND ${name} ${from} AND ${name} ~<~ (lower(${search}) || chr(1114111))
    ORDER BY ${name} USING ~<~ LIMIT 1`
  return Prisma.sql`
    WITH RECURSIVE found AS (
      (${next(Prisma.sql`~>=~ lower(${search})`)})
      UNION ALL
      SELECT (${next(Prisma.sql`~>~ found.name`)}) FROM found WHERE found.name IS NOT NULL
    )
    SELECT name FROM found WHERE name IS NOT NULL LIMIT ${Prisma.raw(String(namesAtMost + 1))}`
}

/**
 * Where the events of a query are, each by its time and id: whichever index leads to them, in the order of the list.
 * Of a search the kind of action is not among what it knows; see `residual`.
 */
export function places(query: AuditQuery, order: Order): Prisma.Sql {
  const { tenantId, subjectId, actors, subjects, group } = query
  const some = (what: Prisma.Sql) => Prisma.sql`
    SELECT at, id FROM "AuditEvent" WHERE ${ofTenant(tenantId)} AND ${what} AND ${order.within} ${order.by} ${order.limit}`
  const each = (values: readonly string[], column: Prisma.Sql) => Prisma.sql`
    SELECT place.at, place.id FROM unnest(${values}::text[]) AS wanted (value)
    CROSS JOIN LATERAL (${some(Prisma.sql`${column} = wanted.value`)}) place`
  if (subjectId) return some(Prisma.sql`"subjectId" = ${subjectId}`)
  if (actors && subjects)
    return Prisma.sql`${each(actors, lower('actor'))} UNION ALL ${each(subjects, lower('subject'))}`
  return group ? each(actionsOf[group], Prisma.sql`action`) : some(Prisma.sql`true`)
}

/** How much of the list is wanted, in which order. */
export type Order = { within: Prisma.Sql; by: Prisma.Sql; limit: Prisma.Sql }

/** What has to be looked at event by event; null where the index knows it all. */
export const residual = ({ subjectId, actors, group }: AuditQuery): Prisma.Sql | null =>
  group && (subjectId || actors) ? Prisma.sql`event.action = ANY (${[...actionsOf[group]]}::text[])` : null

const ofTenant = (tenantId: string | undefined) =>
  tenantId ? Prisma.sql`"tenantId" = ${tenantId}::uuid` : Prisma.sql`true`

const lower = (column: Named) => Prisma.raw(`lower(${column})`)
