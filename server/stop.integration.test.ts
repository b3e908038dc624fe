import { expect, it, onTestFinished } from 'vitest'
import { administrator } from '@/domain/accounts/testing/people'
import { connectMailServer } from '@/domain/mail-server/testing/settings'
import { mailById } from '@/domain/outbox/testing/worker'
import { startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { createInstallation, queueReset } from './testing/installation'
import { startWorkerProcess } from './testing/process'

it('a worker that is asked to end waits for a slow server, so that nothing arrives twice', async () => {
  const sink = await startSmtpSink()
  onTestFinished(() => sink.close())
  const installation = await createInstallation()
  const id = await installation.inside(async () => {
    const root = await administrator()
    await connectMailServer(root, sink)
    return queueReset(root)
  })
  sink.options.hold = 'data'
  const worker = startWorkerProcess(installation.settings)
  await worker.ready()
  await sink.waitForHold()
  // The server thinks for longer than most give a process that should end at once.
  setTimeout(() => sink.release(), 5_000)
  await worker.kill('SIGTERM')
  expect(await worker.ended).toBe(0)
  expect(sink.mails).toHaveLength(1)
  expect(await installation.inside(() => mailById(id))).toMatchObject({
    state: 'sent',
    deliveryAttempts: [{ outcome: 'accepted' }],
  })
})

it('a worker with nothing under way ends at once', async () => {
  const { settings } = await createInstallation()
  const worker = startWorkerProcess({ ...settings, SHUTDOWN_SECONDS: '3600' })
  await worker.ready()
  await worker.kill('SIGTERM')
  expect(await worker.ended).toBe(0)
})
