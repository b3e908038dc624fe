// Mails and tallies for tests, written straight into their tables: any number of them, of any age.
import { randomUUID } from 'node:crypto'
import type { Prisma } from '@/generated/prisma/client'
import type { MailState } from '@/generated/prisma/enums'
import { db } from '@/lib/db'
import { noTenant } from '../outbound-mail'

type Row = Partial<Prisma.OutboundMailCreateManyInput>

/** So many mails, each a second older than the one before. @returns their ids, newest first */
export async function mails(count: number, row: Row | ((index: number) => Row) = {}): Promise<string[]> {
  const start = Date.now()
  const rows = Array.from({ length: count }, (_, index) => {
    const given = typeof row === 'function' ? row(index) : row
    const id = given.id ?? randomUUID()
    const createdAt = given.createdAt ?? new Date(start - index * 1_000)
    return {
      messageId: `<${id}@latchkey.test>`,
      kind: 'password-changed',
      recipient: `person${index}@example.org`,
      tenantKey: given.tenantId ?? noTenant,
      locale: 'en',
      parameters: { name: 'Anna', changedAt: new Date(start).toISOString() },
      state: 'sent' as const,
      dueAt: createdAt,
      expiresAt: new Date(start + 86_400_000),
      ...given,
      id,
      createdAt,
    }
  })
  await db().outboundMail.createMany({ data: rows })
  return rows.map(({ id }) => id)
}

/** Any number of mails alike, each a second older than the one before. */
export const manyMails = (count: number, state: MailState = 'sent', newest = new Date()) =>
  db().$executeRaw`
    INSERT INTO "OutboundMail" (id, "messageId", kind, recipient, "tenantKey", locale, parameters, state,
      "dueAt", "expiresAt", "createdAt")
    SELECT id, '<' || id || '@latchkey.test>', 'password-changed', 'person' || number || '@example.org',
      ${noTenant}::uuid, 'en', '{"name":"Anna","changedAt":"2026-01-01T00:00:00.000Z"}', ${state}::"MailState", at, at + interval '1 day', at
    FROM (
      SELECT gen_random_uuid() AS id, number, ${newest}::timestamptz - number * interval '1 second' AS at
      FROM generate_series(1, ${count}::int) AS number
    ) mail`

/** One row of what the charts and metrics are made of: a sent mail of this hour, unless it is said otherwise. */
export const tally = (row: Partial<Prisma.TallyCreateManyInput> = {}) =>
  db().tally.create({
    data: {
      hour: new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000),
      what: 'mail',
      tenantKey: noTenant,
      kind: 'activation',
      server: '',
      outcome: 'sent',
      cause: '',
      seconds: 1,
      count: 1,
      ...row,
    },
  })
