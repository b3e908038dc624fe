// The built-in inbox is for evaluation: once there is a real server, whatever its state, it takes no mail.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { startInbox } from '@/domain/inbox/inbox'
import { readMail, sendAgain } from '@/domain/mail-log/mail'
import { readOverview } from '@/domain/mail-log/overview'
import { countKept, currentRetryRun, startRetryRun, workRetryRuns } from '@/domain/mail-log/retry-run'
import { waitOf } from '@/domain/mail-log/wait'
import { openBreaker } from '@/domain/mail-server/breaker'
import { keepCandidate, type MailServerInput } from '@/domain/mail-server/candidate'
import { knowInbox } from '@/domain/mail-server/in-use'
import {
  deleteMailServer,
  listMailServers,
  setMailServerEnabled,
  setMailServerPaused,
} from '@/domain/mail-server/servers'
import { settingsFor } from '@/domain/mail-server/testing/settings'
import { readMailServer } from '@/domain/mail-server/versions'
import { noSecrets } from '@/domain/smtp/settings'
import { type SmtpSink, startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { viewer } from '@/domain/testing/viewers'
import { inMinutes } from '@/lib/clock'
import { db, transaction } from '@/lib/db'
import { env, setEnv } from '@/lib/env'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { until } from '@/lib/testing/until'
import { pointAtInbox } from '@/prisma/seed'
import { enableMailServer, goLive, restoreVersion, resumeMailServer } from './go-live'
import { type MailOrder, queueMail } from './outbound-mail'
import { reportOfTest, sendTestMail } from './test-mail'
import { mailById, sent, startTestWorker } from './testing/worker'

const test = useTestDatabase()
const root = viewer()
let sink: SmtpSink
let inbox: Awaited<ReturnType<typeof startInbox>>

beforeEach(async () => {
  sink = await startSmtpSink()
  inbox = await startInbox(0)
  await pointAtInbox(inbox.port)
})
afterEach(() => Promise.all([sink.close(), inbox.stop()]))

const queue = () =>
  transaction(tx =>
    queueMail(tx, {
      kind: 'password-changed',
      parameters: { name: 'Anna', changedAt: new Date().toISOString() },
      recipient: 'anna@example.org',
      locale: 'en',
      expiresAt: inMinutes(60),
      requestedBy: root,
    } as MailOrder),
  )
/** What the form holds that a person has opened and filled in with another server. */
const input = async (
  server: { host: string; port: number },
  newServer = false,
): Promise<MailServerInput> => ({
  name: 'Real',
  settings: settingsFor(server),
  secrets: noSecrets,
  baseVersionId: newServer ? null : ((await readMailServer(root))?.versionId ?? null),
  newServer,
})
const save = async (server: { host: string; port: number }, newServer = false) =>
  goLive(root, await input(server, newServer), { untested: true })
const kept = () => db().inboxMail.count()
const roles = async () => (await listMailServers(root)).map(({ name, role }) => `${name}: ${role}`)

describe('the built-in inbox', () => {
  it('takes all mail while there is no other server, and the mails say where they are', async () => {
    await startTestWorker(test.database)
    const mail = await sent(await queue())
    expect(mail.kept).toBe(true)
    expect(await kept()).toBe(1)
    expect((await readOverview(root)).today).toEqual({ sent: 0, kept: 1, failed: 0 })
    expect(await roles()).toEqual(['Built-in inbox: primary'])
  })

  it.each([true, false])(
    'takes none once a server is saved (as a further one: %s), in whatever state',
    async more => {
      await startTestWorker(test.database)
      const { mailServerId: id, versionId } = await save(sink, more)
      expect(await roles()).toEqual(['Real: primary', 'Built-in inbox: evaluation'])
      expect((await sent(await queue())).kept).toBe(false)

      await openBreaker({ id, breakerProbes: 12 }, versionId, { cause: 'connection-refused', reply: null })
      const troubled = await queue()
      await transaction(tx => setMailServerPaused(tx, root, id, true))
      const paused = await queue()
      await transaction(tx => setMailServerEnabled(tx, root, id, false))
      const disabled = await queue()
      await until(async () => (await mailById(disabled)).cause === 'no-mail-server')
      expect(await waitOf(root, await mailById(disabled))).toEqual({ what: 'no-mail-server' })
      expect(await roles()).toEqual(['Real: disabled', 'Built-in inbox: evaluation'])

      await enableMailServer(root, id)
      await resumeMailServer(root, id)
      await db().mailServer.updateMany({ where: { id }, data: { breakerProbeAt: new Date() } })
      for (const mail of [troubled, paused, disabled]) expect((await sent(mail)).kept).toBe(false)
      expect(await kept()).toBe(0)
      expect(sink.mails).toHaveLength(4)
    },
  )

  it('takes a test that is addressed to it by hand', async () => {
    await startTestWorker(test.database)
    const form = await readMailServer(root)
    await save(sink)
    const { id } = await sendTestMail(
      root,
      { name: form!.name, settings: form!.settings, secrets: noSecrets, baseVersionId: form!.versionId },
      'to@example.org',
    )
    expect(await reportOfTest(root, id, 20_000)).toMatchObject({ result: 'accepted' })
    expect(await kept()).toBe(1)
  })

  it('takes none when the real server is deleted, also after a restart, until somebody switches it on', async () => {
    await startTestWorker(test.database)
    const { mailServerId } = await save(sink)
    await transaction(tx => deleteMailServer(tx, root, mailServerId))
    await pointAtInbox(inbox.port + 1)
    await pointAtInbox(inbox.port)
    expect(await roles()).toEqual(['Built-in inbox: disabled'])
    const id = await queue()
    await until(async () => (await mailById(id)).cause === 'no-mail-server')
    const again = await save(sink)
    expect((await sent(id)).kept).toBe(false)

    await transaction(tx => deleteMailServer(tx, root, again.mailServerId))
    const [{ id: own } = { id: '' }] = await listMailServers(root)
    await enableMailServer(root, own)
    expect((await sent(await queue())).kept).toBe(true)
  })

  it('goes on taking mail when what was only tested is deleted', async () => {
    const { mailServerId } = await keepCandidate(root, await input(sink, true))
    await transaction(tx => deleteMailServer(tx, root, mailServerId))
    expect(await roles()).toEqual(['Built-in inbox: primary'])
  })

  it('that was deleted does not come back for mails that waited for a real server', async () => {
    await db().mailServer.deleteMany()
    await queue()
    await pointAtInbox(inbox.port)
    expect(await roles()).toEqual(['Built-in inbox: disabled'])
  })

  it('is known where somebody had given it another name before it was told apart', async () => {
    await db().mailServer.updateMany({ data: { builtin: false, name: 'Mine' } })
    await save(sink, true)
    await knowInbox()
    expect(await roles()).toEqual(['Real: primary', 'Mine: evaluation'])
  })

  it('follows when it listens elsewhere, also behind a real server, and is not made twice', async () => {
    await save(sink)
    await pointAtInbox(inbox.port + 1)
    await pointAtInbox(inbox.port + 1)
    const servers = await db().mailServer.findMany({ where: { builtin: true }, include: { versions: true } })
    expect(servers).toHaveLength(1)
    expect(servers[0]?.versions.find(({ state }) => state === 'active')?.settings).toMatchObject({
      port: inbox.port + 1,
    })
  })
})

it('what the inbox kept can be sent again through the real server, as the very mail it was', async () => {
  await startTestWorker(test.database)
  const id = await queue()
  const { messageId } = await sent(id)
  await save(sink)
  await sendAgain(root, id)
  await until(async () => sink.mails.length === 1)
  expect(sink.mails[0]?.raw).toContain(messageId)
  const mail = await until(async () => {
    const now = await readMail(root, id)
    return now.state === 'sent' && now
  })
  expect(mail).toMatchObject({ kept: false, attempts: 2 })
})

it('all that it kept can be sent at once, except what is no longer worth it', async () => {
  await startTestWorker(test.database, workRetryRuns)
  const ids = [await queue(), await queue(), await queue()]
  for (const id of ids) await sent(id)
  await db().outboundMail.update({ where: { id: ids[0]! }, data: { expiresAt: inMinutes(-1) } })
  expect(await countKept(root)).toEqual({ number: 0, more: false })
  expect(await refusalOf(startRetryRun(root, {}))).toBe('nothing-failed')
  await save(sink)
  expect(await countKept(root)).toEqual({ number: 2, more: false })
  await startRetryRun(root, {}, 'kept')
  await until(async () => sink.mails.length === 2)
  await until(async () => (await db().outboundMail.count({ where: { kept: true, state: 'sent' } })) === 1)
  expect(await currentRetryRun(root)).toMatchObject({ what: 'kept', retried: 2, skipped: 0 })
  expect(await refusalOf(startRetryRun(root, {}, 'kept'))).toBe('nothing-kept')
})

describe('a server that is saved', () => {
  it('is the primary if it is the first real one, and else what is asked for', async () => {
    await save(sink)
    const second = await startSmtpSink()
    const third = await startSmtpSink()
    try {
      const saveAs = async (server: SmtpSink, name: string, as?: 'primary' | 'standby') =>
        goLive(root, { ...(await input(server, true)), name }, { untested: true, as })
      await saveAs(second, 'Second')
      await saveAs(third, 'Third', 'primary')
      expect(await roles()).toEqual([
        'Third: primary',
        'Real: standby',
        'Second: standby',
        'Built-in inbox: evaluation',
      ])
      await saveAs(third, randomUUID(), 'standby')
      expect((await roles())[0]).toBe('Third: primary')
    } finally {
      await Promise.all([second.close(), third.close()])
    }
  })

  it('is the inbox too if somebody points it there by hand', async () => {
    await db().mailServer.deleteMany()
    await save({ host: 'localhost', port: inbox.port }, true)
    await startTestWorker(test.database)
    expect((await sent(await queue())).kept).toBe(true)
    await save(sink, true)
    expect((await sent(await queue())).kept).toBe(false)
  })

  it('is none any more when it is given its earlier address again', async () => {
    await db().mailServer.deleteMany()
    const { versionId } = await save(sink, true)
    await save({ host: '127.0.0.1', port: inbox.port })
    expect(await db().mailServer.findFirst()).toMatchObject({ builtin: true })
    await restoreVersion(root, versionId)
    expect(await db().mailServer.findFirst()).toMatchObject({ builtin: false })
  })

  it('is real at the usual port of the inbox too, where that had to listen elsewhere', async () => {
    const { inboxSmtpPort } = env()
    setEnv({ inboxSmtpPort: sink.port })
    onTestFinished(() => setEnv({ inboxSmtpPort }))
    await save(sink)
    expect(await roles()).toEqual(['Real: primary', 'Built-in inbox: evaluation'])
  })

  it('leaves the inbox what it is where the form of the inbox was filled in anew', async () => {
    await save(sink)
    expect(await db().mailServer.findMany({ orderBy: { position: 'asc' } })).toMatchObject([
      { name: 'Built-in inbox', builtin: true },
      { name: 'Real', builtin: false },
    ])
  })
})
