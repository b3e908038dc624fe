// The two formats of an export, written batch by batch while they are read.
import type { AuditEvent } from '@/generated/prisma/client'
import { byteOrderMark, csvLine, streamOf } from '@/lib/csv'

export const formats = {
  csv: { type: 'text/csv; charset=utf-8', name: 'audit.csv' },
  jsonl: { type: 'application/jsonl; charset=utf-8', name: 'audit.jsonl' },
} as const

const columns = [
  'at',
  'action',
  'actor',
  'actorId',
  'subjectType',
  'subject',
  'subjectId',
  'tenantId',
  'address',
  'device',
  'count',
  'before',
  'after',
  'id',
] as const satisfies (keyof AuditEvent)[]

export const exportStream = (
  batches: AsyncIterable<AuditEvent[]>,
  format: keyof typeof formats,
): ReadableStream<Uint8Array> =>
  streamOf(format === 'csv' ? byteOrderMark + csvLine(columns) : '', batches, event => lineOf(event, format))

function lineOf(event: AuditEvent, format: keyof typeof formats): string {
  if (format === 'jsonl')
    return `${JSON.stringify(Object.fromEntries(columns.map(column => [column, event[column]])))}\n`
  return csvLine(
    columns.map(column => {
      const value = event[column]
      if (value instanceof Date) return value.toISOString()
      return typeof value === 'string' || typeof value === 'number' || value === null
        ? value
        : JSON.stringify(value)
    }),
  )
}
