// Any process may die at any moment: another finishes its mails.
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { administrator } from '@/domain/accounts/testing/people'
import { connectMailServer } from '@/domain/mail-server/testing/settings'
import { mailById, read } from '@/domain/outbox/testing/worker'
import { createAuthority, type TestAuthority } from '@/domain/smtp/testing/certificates'
import { type SmtpSink, startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { db } from '@/lib/db'
import { databaseKind } from '@/lib/testing/database'
import { until } from '@/lib/testing/until'
import { createInstallation, type Installation, queueReset } from './testing/installation'
import { startWorkerProcess } from './testing/process'

const login = { username: 'anna', password: 'Str0ng-Secret-0f-SMTP' }
let authority: TestAuthority
let sink: SmtpSink
let installation: Installation

beforeAll(async () => {
  authority = await createAuthority()
})
beforeEach(async () => {
  const certificate = await authority.issue(['127.0.0.1'])
  sink = await startSmtpSink({ tls: 'starttls', certificate, login, loginRequired: true })
  installation = await createInstallation()
})
afterEach(() => sink.close())

const queueOne = () =>
  installation.inside(async () => {
    const root = await administrator()
    await connectMailServer(
      root,
      sink,
      {
        encryption: 'starttls',
        authentication: 'password',
        username: login.username,
        trustedCa: authority.cert,
      },
      { password: login.password },
    )
    return queueReset(root)
  })

/** Lets a worker take the mail, kills it at a step, and lets the next one finish. */
async function killedAt(step: 'rcpt-to' | 'data') {
  const id = await queueOne()
  sink.options.hold = step
  const first = startWorkerProcess(installation.settings)
  await first.ready()
  await sink.waitForHold()
  await first.kill('SIGKILL')
  sink.release()
  // Ten seconds pass in which nobody hears of it. An embedded database has one process, so there the
  // next one knows at once.
  if (databaseKind() === 'postgres')
    await installation.inside(
      () => db().$executeRaw`UPDATE "Worker" SET "heartbeatAt" = now() - interval '11 seconds'`,
    )
  const before = sink.mails.length
  const second = startWorkerProcess(installation.settings)
  await second.ready()
  await until(() => sink.mails.length > before)
  await until(() => second.said().includes('"result":"accepted"'))
  await second.kill('SIGTERM')
  const mail = await installation.inside(() => mailById(id))
  return { mail, said: first.said() + second.said() }
}

describe('a worker killed with SIGKILL', () => {
  it('before the content left: the mail is sent once, by the next one', async () => {
    const { mail } = await killedAt('rcpt-to')
    expect(sink.mails).toHaveLength(1)
    expect(mail).toMatchObject({
      state: 'sent',
      deliveryAttempts: [{ outcome: 'interrupted' }, { outcome: 'accepted' }],
    })
  })

  it('after the content left: that is said, and the mail is sent again as the same one', async () => {
    const { mail, said } = await killedAt('data')
    expect(mail).toMatchObject({
      state: 'sent',
      deliveryAttempts: [
        { outcome: 'uncertain', phase: 'data', cause: 'outcome-uncertain' },
        { outcome: 'accepted' },
      ],
    })
    const received = await Promise.all(sink.mails.map(({ raw }) => read(raw)))
    expect(new Set(received.map(one => one.mail.messageId))).toEqual(new Set([mail.messageId]))
    expect(new Set(received.map(one => one.token)).size).toBe(1)
    // Whoever reads the logs of both can redeem nothing and sign in nowhere.
    expect(said).toContain('delivery attempt')
    for (const secret of [received[0]!.token, login.password])
      for (const form of [
        secret,
        Buffer.from(secret).toString('base64'),
        Buffer.from(secret).toString('hex'),
      ])
        expect(said).not.toContain(form)
  })
})
