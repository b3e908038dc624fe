import { afterEach, beforeEach, expect, it } from 'vitest'
import { setMailServerEnabled, setMailServerPaused } from '@/domain/mail-server/servers'
import { connectMailServer } from '@/domain/mail-server/testing/settings'
import { pauseOutbox, resumeOutbox } from '@/domain/outbox/pause'
import { startTestWorker } from '@/domain/outbox/testing/worker'
import { type SmtpSink, startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { viewer } from '@/domain/testing/viewers'
import { db, transaction } from '@/lib/db'
import { env } from '@/lib/env'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { readTrouble } from './trouble'

const test = useTestDatabase()
const root = viewer()
const tara = viewer({ role: 'tenant_administrator', tenantId: crypto.randomUUID(), email: 'tara@acme.test' })
let sink: SmtpSink

beforeEach(async () => {
  sink = await startSmtpSink()
})
afterEach(() => sink.close())

const both = async () => [(await readTrouble(root))?.what, (await readTrouble(tara))?.what]
const server = () => db().mailServer.findFirstOrThrow()

it('says what has to be mended first, to each what they can know', async () => {
  expect(await both()).toEqual(['no-worker', 'waiting'])
  await startTestWorker(test.database)
  expect(await both()).toEqual(['no-mail-server', 'waiting'])
  await connectMailServer(root, sink)
  expect(await both()).toEqual([undefined, undefined])
  const { id } = await server()
  await transaction(tx => setMailServerEnabled(tx, root, id, false))
  expect(await both()).toEqual(['all-disabled', 'waiting'])
})

it('says who has paused sending to all administrators', async () => {
  await startTestWorker(test.database)
  await connectMailServer(root, sink)
  await pauseOutbox(root)
  expect(await readTrouble(tara)).toMatchObject({ what: 'paused', by: root.email })
  await resumeOutbox(root)
  expect(await readTrouble(tara)).toBeNull()
})

it('tells a tenant administrator nothing of a server that is out', async () => {
  await startTestWorker(test.database)
  await connectMailServer(root, sink)
  const { id } = await server()
  await transaction(tx => setMailServerPaused(tx, root, id, true))
  expect(await readTrouble(root)).toMatchObject({ what: 'all-out', servers: [{ id }] })
  expect(await readTrouble(tara)).toEqual({ what: 'waiting' })
})

it('says that the built-in inbox keeps the mails of an installation that others open', async () => {
  await startTestWorker(test.database)
  await connectMailServer(root, sink)
  await db().mailServer.updateMany({ data: { builtin: true } })
  expect(env().appUrl).toBe('http://latchkey.test')
  expect(await both()).toEqual(['only-inbox', 'kept'])
})

it('is nothing for customer users', async () => {
  expect(await refusalOf(readTrouble(viewer({ role: 'customer_user' })))).toBe('not-allowed')
})
