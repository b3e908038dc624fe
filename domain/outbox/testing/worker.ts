// Sending in tests: a whole worker in this process, or the attempts one by one.
import { randomUUID } from 'node:crypto'
import { simpleParser } from 'mailparser'
import { onTestFinished } from 'vitest'
import type { OutboundMail } from '@/generated/prisma/client'
import { type Database, db } from '@/lib/db'
import { startQueue, stopQueue } from '@/lib/queue'
import { Dispatcher } from '../dispatcher'
import { startWorker } from '../worker'

/** Starts a worker that lives until the test is over. `also` begins to work other queues. */
export async function startTestWorker(database: Database, also?: () => Promise<void>) {
  await stopQueue(2_000)
  await startQueue(database, true)
  const worker = await startWorker(database)
  await also?.()
  onTestFinished(async () => {
    await worker.stop()
    await stopQueue(5_000)
    await startQueue(database, false)
  })
  return worker
}

/** Makes one attempt at each of these mails, whether it is due or not, as a worker that has no heart. */
export const dispatch = (workerId: string, ...ids: string[]): Promise<void> =>
  new Dispatcher(workerId).attempt(ids)

/** The same for every mail that waits. */
export async function sendWaiting(workerId: string = randomUUID()): Promise<void> {
  const mails = await db().outboundMail.findMany({
    where: { state: { in: ['queued', 'deferred', 'uncertain'] } },
    orderBy: { createdAt: 'asc' },
    select: { id: true },
  })
  await dispatch(workerId, ...mails.map(({ id }) => id))
}

/** A mail with its attempts, in their order. */
export const mailById = (id: string) =>
  db().outboundMail.findUniqueOrThrow({
    where: { id },
    include: { deliveryAttempts: { orderBy: { number: 'asc' } } },
  })

export const mailsTo = (recipient: string): Promise<OutboundMail[]> =>
  db().outboundMail.findMany({ where: { recipient }, orderBy: { createdAt: 'asc' } })

/** A received mail as its reader sees it, with the link in it. */
export async function read(raw: string) {
  const mail = await simpleParser(raw)
  const link = /https?:\/\/\S+?\/(activate|reset-password|confirm-email)\/([\w-]+)/.exec(mail.text ?? '')
  return { mail, link: link?.[0] ?? '', token: link?.[2] ?? '' }
}
