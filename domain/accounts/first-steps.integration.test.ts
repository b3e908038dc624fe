import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectMailServer, settingsFor } from '@/domain/mail-server/testing/settings'
import { readMailServer } from '@/domain/mail-server/versions'
import { reportOfTest, sendTestMail } from '@/domain/outbox/test-mail'
import { startTestWorker } from '@/domain/outbox/testing/worker'
import { noSecrets } from '@/domain/smtp/settings'
import { type SmtpSink, startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { demoAccounts } from './demo-accounts'
import { hideFirstSteps, readFirstSteps } from './first-steps'
import { administrator, person, signedIn, twoTenants } from './testing/people'

const test = useTestDatabase()
let sink: SmtpSink

beforeEach(async () => {
  sink = await startSmtpSink()
})
afterEach(() => sink.close())

describe('the first steps', () => {
  it('are all to be done at first, each of them once it is true', async () => {
    const [{ email }] = demoAccounts
    const demo = await signedIn(await person({ email, role: 'system_administrator' }))
    expect(await readFirstSteps(demo)).toEqual({ address: false, server: false, test: false, user: false })
    const own = await administrator()
    expect(await readFirstSteps(own)).toMatchObject({ address: true, user: true })
  })

  it('know a server that delivers, and a test that went through it', async () => {
    const viewer = await signedIn(await person({ email: 'rita@example.org', role: 'system_administrator' }))
    await connectMailServer(viewer, sink)
    expect(await readFirstSteps(viewer)).toEqual({ address: true, server: true, test: false, user: false })
    await startTestWorker(test.database)
    const input = { name: 'Sink', settings: settingsFor(sink), secrets: noSecrets, newServer: false }
    const { versionId = null } = (await readMailServer(viewer)) ?? {}
    const { id } = await sendTestMail(viewer, { ...input, baseVersionId: versionId }, viewer.email)
    await reportOfTest(viewer, id, 10_000)
    expect((await readFirstSteps(viewer))?.test).toBe(true)
  })

  it('are hidden for whoever hides them, and for nobody else', async () => {
    const { root } = await twoTenants()
    const other = await signedIn(await person({ email: 'sam@example.org', role: 'system_administrator' }))
    await hideFirstSteps(root)
    expect(await readFirstSteps(root)).toBeNull()
    expect(await readFirstSteps(other)).not.toBeNull()
  })

  it('are the system administrator’s', async () => {
    const { acme } = await twoTenants()
    for (const viewer of [acme.adminViewer, acme.userViewer])
      for (const asked of [readFirstSteps(viewer), hideFirstSteps(viewer)])
        expect(await refusalOf(asked)).toBe('not-allowed')
  })
})
