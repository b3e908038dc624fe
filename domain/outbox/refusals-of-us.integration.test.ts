// A refusal that would meet every mail: the next server takes them, or they wait, and an administrator learns why.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readServerTrouble } from '@/domain/mail-server/server-trouble'
import { connectMailServer } from '@/domain/mail-server/testing/settings'
import { readMailServer } from '@/domain/mail-server/versions'
import { noSecrets } from '@/domain/smtp/settings'
import { type SinkOptions, type SmtpSink, startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { viewer } from '@/domain/testing/viewers'
import { inMinutes } from '@/lib/clock'
import { db, transaction } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { until } from '@/lib/testing/until'
import { goLive } from './go-live'
import { queueMails } from './outbound-mail'
import { mailById, sent, startTestWorker } from './testing/worker'

const test = useTestDatabase()
const root = viewer()
let primary: SmtpSink
let standby: SmtpSink

beforeEach(async () => {
  primary = await startSmtpSink()
  standby = await startSmtpSink()
})
afterEach(async () => {
  await primary.close()
  await standby.close()
})

const queue = async () => {
  const [id = ''] = await transaction(tx =>
    queueMails(tx, [
      {
        kind: 'password-changed',
        parameters: { name: 'Anna', changedAt: new Date().toISOString() },
        recipient: 'anna@example.org',
        locale: 'en',
        expiresAt: inMinutes(60),
        requestedBy: root,
      },
    ]),
  )
  return id
}
const addStandby = () => connectMailServer(root, standby, {}, {}, true)

const refusals: [string, NonNullable<SinkOptions['refuse']>][] = [
  [
    'client-blocked',
    { 'rcpt-to': { code: 550, text: '5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org' } },
  ],
  [
    'client-blocked',
    { data: { code: 550, text: '5.7.708 Access denied, traffic not accepted from this IP.' } },
  ],
  [
    'ehlo-rejected',
    { 'rcpt-to': { code: 550, text: '5.7.1 <localhost>: Helo command rejected: Invalid name' } },
  ],
  ['auth-required', { 'mail-from': { code: 550, text: 'Unauthenticated senders not allowed' } }],
  ['sender-rejected', { data: { code: 553, text: 'Relaying disallowed as noreply@example.org' } }],
]

it.each(refusals)('by %s, the mail leaves through the next server: %j', async (cause, refuse) => {
  primary.options.refuse = refuse
  await connectMailServer(root, primary)
  await addStandby()
  await startTestWorker(test.database)
  expect((await sent(await queue())).deliveryAttempts).toMatchObject([
    { serverName: 'Sink', outcome: 'failed', cause },
    { serverName: 'Standby', outcome: 'accepted' },
  ])
  const { breakerCause } = await db().mailServer.findFirstOrThrow({ where: { name: 'Sink' } })
  expect(breakerCause).toBe(cause)
  const what = cause === 'auth-required' ? 'login-refused' : 'mail-refused'
  expect(await readServerTrouble(root)).toMatchObject({ what, servers: [{ name: 'Sink', cause }] })
})

it.each(refusals)(
  'by %s without another server, it waits until that is mended: %j',
  async (cause, refuse) => {
    primary.options.refuse = refuse
    await connectMailServer(root, primary)
    await startTestWorker(test.database)
    const id = await queue()
    await until(async () => (await readServerTrouble(root))?.servers[0]?.cause === cause)
    expect(await readServerTrouble(root)).toMatchObject({ what: 'all-out' })
    expect((await mailById(id)).state).not.toBe('failed')
    primary.options.refuse = undefined
    await connectMailServer(root, primary, { ehloName: 'mail.example.org' })
    expect((await sent(id)).deliveryAttempts.at(-1)).toMatchObject({ outcome: 'accepted' })
  },
)

it('a server that refuses the sender lets itself be asked, and gets no mail before it takes that sender', async () => {
  primary.options.refuse = { 'mail-from': { code: 550, text: '5.7.1 Sender address rejected: not owned' } }
  await connectMailServer(root, primary)
  await startTestWorker(test.database)
  const id = await queue()
  const server = () => db().mailServer.findFirstOrThrow()
  await until(async () => (await server()).breakerProbes === 1)
  for (const probes of [2, 3]) {
    await db().mailServer.updateMany({ data: { breakerProbeAt: new Date() } })
    await until(async () => (await server()).breakerProbes === probes)
    expect(await server()).toMatchObject({ breakerCause: 'sender-rejected' })
  }
  expect((await mailById(id)).attempts).toBe(1)
  primary.options.refuse = undefined
  await db().mailServer.updateMany({ data: { breakerProbeAt: new Date() } })
  expect((await sent(id)).attempts).toBe(2)
  expect(primary.mails).toHaveLength(1)
})

it('saving settings that are in force already tries their server anew', async () => {
  primary.options.refuse = { 'mail-from': { code: 550, text: '5.7.1 Sender address rejected: not owned' } }
  await connectMailServer(root, primary)
  await startTestWorker(test.database)
  const id = await queue()
  await until(async () => await readServerTrouble(root))
  await db().mailServer.updateMany({ data: { breakerProbeAt: inMinutes(60) } })
  primary.options.refuse = undefined
  const form = await readMailServer(root)
  const same = {
    name: form!.name,
    settings: form!.settings,
    secrets: noSecrets,
    baseVersionId: form!.versionId,
  }
  expect(await goLive(root, same)).toMatchObject({ versionId: form!.versionId })
  await sent(id)
  expect(await readServerTrouble(root)).toBeNull()
})
