// What an administrator does to one mail server, and the mails that wait for it.
import { afterEach, beforeEach, describe, it } from 'vitest'
import { openBreaker } from '@/domain/mail-server/breaker'
import { setMailServerPaused } from '@/domain/mail-server/servers'
import { connectMailServer } from '@/domain/mail-server/testing/settings'
import { type SmtpSink, startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { viewer } from '@/domain/testing/viewers'
import { db, transaction } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { until } from '@/lib/testing/until'
import { resumeMailServer, tryMailServerNow } from './go-live'
import { mails } from './testing/rows'
import { mailById, startTestWorker } from './testing/worker'

const test = useTestDatabase()
const root = viewer()
let sink: SmtpSink

beforeEach(async () => {
  sink = await startSmtpSink()
})
afterEach(() => sink.close())

const waiting = async () => {
  const [id] = await mails(1, {
    state: 'deferred',
    cause: 'connection-refused',
    dueAt: new Date(Date.now() + 3_600_000),
  })
  return id!
}
const goesOut = (id: string) => until(async () => (await mailById(id)).state === 'sent')

describe('a mail that waits', () => {
  it('goes at once when the server that was paused is resumed', async () => {
    await connectMailServer(root, sink)
    const { mailServerId } = await db().mailServerVersion.findFirstOrThrow()
    await transaction(tx => setMailServerPaused(tx, root, mailServerId, true))
    const id = await waiting()
    await startTestWorker(test.database)
    await resumeMailServer(root, mailServerId)
    await goesOut(id)
  })

  it('goes at once when the server whose breaker is open is tried', async () => {
    await connectMailServer(root, sink)
    const { id: versionId, mailServerId } = await db().mailServerVersion.findFirstOrThrow()
    const refused = { cause: 'auth-rejected', reply: null } as const
    await openBreaker({ id: mailServerId, breakerProbes: 5 }, versionId, refused)
    const id = await waiting()
    await startTestWorker(test.database)
    await tryMailServerNow(root, mailServerId)
    await goesOut(id)
  })
})
