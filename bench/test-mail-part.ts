// A process with Latchkey's worker in it, as `npm start` has, and a bare Nodemailer beside it. One test mail
// at a time, in turns, to an SMTP server in a process of its own.
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { simpleParser } from 'mailparser'
import { createTransport } from 'nodemailer'
import { settingsFor } from '@/domain/mail-server/testing/settings'
import { reportOfTest, sendTestMail } from '@/domain/outbox/test-mail'
import { noSecrets } from '@/domain/smtp/settings'
import { startSending } from './sending'
import type { Accepted } from './sink-part'

const warmUp = 5

const { sink, port, viewer } = await startSending({ worker: true, quiet: false })
const server = { host: '127.0.0.1', port }
const bare = createTransport({ ...server, ignoreTLS: true })

process.on('message', async ({ mails }: { mails: number }) => {
  const times = { latchkey: [] as number[], bare: [] as number[] }
  for (let number = 0; number < warmUp + mails; number++) {
    const arrived = once(sink, 'message')
    const latchkey = await timed(() => tested(`Sink ${number}`))
    const [{ mail }] = (await arrived) as [Accepted]
    const content = await contentOf(mail)
    const sent = await timed(() => bare.sendMail(content))
    if (number < warmUp) continue
    times.latchkey.push(latchkey)
    times.bare.push(sent)
  }
  process.send?.(times)
})

/** Milliseconds, after a moment in which nothing happens. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  // Of uneven length, so that no timer of anybody's keeps step with it.
  await pause(50 + Math.random() * 50)
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

/** With settings that nobody has tested yet, as when a person has changed the form. */
async function tested(name: string): Promise<void> {
  const input = { name, settings: settingsFor(server), secrets: noSecrets, baseVersionId: null }
  const { id } = await sendTestMail(viewer, input, 'anna@example.org')
  const report = await reportOfTest(viewer, id, 60_000)
  const last = report?.stages.at(-1)?.stage
  if (report?.result !== 'accepted' || last !== 'data')
    throw new Error(`A test mail ended as ${report?.result} (${report?.cause}) at ${last}.`)
}

/** What Nodemailer is to compose anew. */
async function contentOf({ from, to, raw }: Accepted['mail']) {
  const { subject, html, text } = await simpleParser(raw)
  return { from, to, subject, html: html || undefined, text }
}
