// Events for tests, written straight into their table: any number of them, of any age.
import { randomUUID } from 'node:crypto'
import type { Prisma } from '@/generated/prisma/client'
import { db } from '@/lib/db'

type Row = Partial<Prisma.AuditEventCreateManyInput>

/** So many events, each a second older than the one before. @returns their ids, newest first */
export async function events(count: number, row: Row | ((index: number) => Row) = {}): Promise<string[]> {
  const start = Date.now()
  const rows = Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    at: new Date(start - index * 1_000),
    action: 'user.added',
    actor: 'root@latchkey.test',
    subjectType: 'user',
    subject: `person${index}@example.org`,
    ...(typeof row === 'function' ? row(index) : row),
  }))
  await db().auditEvent.createMany({ data: rows })
  return rows.map(({ id }) => id)
}

/**
 * Any number of events, each a second older than the one before: mostly sign-ins, of so many people, a tenth of them in a
 * tenant. @param first the number of the first one, where there are some already
 */
export const manyEvents = (count: number, people: number, tenantId: string, first = 1) =>
  db().$executeRaw`
    INSERT INTO "AuditEvent" (id, at, action, actor, "subjectType", "subjectId", subject, "tenantId")
    SELECT gen_random_uuid(), now() - number * interval '1 second',
      CASE WHEN number % 50 = 0 THEN 'user.added' WHEN number % 7 = 0 THEN 'sign-in.failed' ELSE 'sign-in.succeeded' END,
      person || '@example.org', 'user', 'subject-' || person, person || '@example.org',
      CASE WHEN number % 10 = 0 THEN ${tenantId}::uuid END
    FROM (
      SELECT number, 'person' || number % ${people}::int AS person
      FROM generate_series(${first}::int, ${first + count - 1}::int) AS number
    ) event`
