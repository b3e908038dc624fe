import { expect, test } from 'vitest'
import type { AuditEvent } from '@/generated/prisma/client'
import { exportStream } from './export-stream'

const event = (more: Partial<AuditEvent> = {}): AuditEvent => ({
  id: '00000000-0000-7000-8000-000000000001',
  at: new Date('2026-01-02T03:04:05.678Z'),
  action: 'user.added',
  actorId: null,
  actor: '=cmd|x',
  subjectType: 'user',
  subjectId: null,
  subject: 'Anna "A", Ö',
  tenantId: null,
  before: null,
  after: { role: 'customer_user' },
  address: '192.0.2.1',
  device: 'Firefox, Linux',
  count: 1,
  seal: null,
  ...more,
})

async function* batches(asked: { count: number; closed?: boolean }, of: number) {
  try {
    for (; asked.count < of; ) {
      asked.count++
      yield [event({ count: asked.count })]
    }
  } finally {
    asked.closed = true
  }
}

test('CSV begins with a mark that it is UTF-8, and no cell is a formula', async () => {
  const bytes = await new Response(exportStream(batches({ count: 0 }, 1), 'csv')).arrayBuffer()
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  expect(text.split('\r\n')).toEqual([
    '\ufeffat,action,actor,actorId,subjectType,subject,subjectId,tenantId,address,device,count,before,after,id',
    `2026-01-02T03:04:05.678Z,user.added,'=cmd|x,,user,"Anna ""A"", Ö",,,192.0.2.1,"Firefox, Linux",1,,"{""role"":""customer_user""}",00000000-0000-7000-8000-000000000001`,
    '',
  ])
})

test('each line of JSON lines is one event', async () => {
  const text = await new Response(exportStream(batches({ count: 0 }, 2), 'jsonl')).text()
  const lines = text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(lines).toMatchObject([
    { action: 'user.added', after: { role: 'customer_user' }, count: 1 },
    { count: 2 },
  ])
})

test('no more is read than somebody takes, and nothing once they have gone', async () => {
  const asked = { count: 0, closed: false }
  const reader = exportStream(batches(asked, 1_000), 'jsonl').getReader()
  await reader.read()
  await reader.read()
  expect(asked.count).toBeLessThan(5)
  await reader.cancel()
  expect(asked.closed).toBe(true)
})
