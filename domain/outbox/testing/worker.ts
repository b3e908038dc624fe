// Sending in tests: a whole worker in this process, or the attempts one by one.
import { randomUUID } from 'node:crypto'
import { simpleParser } from 'mailparser'
import { onTestFinished } from 'vitest'
import { closeBreaker } from '@/domain/mail-server/breaker'
import type { OutboundMail } from '@/generated/prisma/client'
import type { MailState } from '@/generated/prisma/enums'
import { type Database, db } from '@/lib/db'
import { startQueue, stopQueue } from '@/lib/queue'
import { until } from '@/lib/testing/until'
import { claimMails } from '../claim'
import { noteNoServer } from '../dispatcher'
import { Lanes } from '../lanes'
import { Ledger } from '../ledger'
import { readRoutes } from '../routes'
import { isUndecided } from '../states'
import { endExpired } from '../take-over'
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

/**
 * Makes one attempt at each of these mails, due or not, as a worker that has no heart: one after the other, through
 * the first server that is not paused, whether its breaker is open or not.
 */
export async function dispatch(workerId: string, ...ids: string[]): Promise<void> {
  await endExpired()
  const [route] = (await readRoutes()).servers.filter(({ server }) => !server.pausedAt)
  if (route) await closeBreaker(route.server.id, false)
  const waiting = { id: { in: ids }, state: { in: ['queued', 'deferred', 'uncertain'] as MailState[] } }
  await db().outboundMail.updateMany({ where: waiting, data: { dueAt: new Date() } })
  if (!route) return void (await noteNoServer())
  const ledger = new Ledger(workerId)
  const { revision } = await readRoutes()
  const claimed = (await claimMails({ workerId, revision, version: route.version, limit: 1_000 })) ?? []
  const mine = claimed.filter(({ id, kind }) => ids.includes(id) && kind !== 'test')
  await ledger.putBack(claimed.filter(mail => !mine.includes(mail)))
  for (const mail of mine) {
    const lanes = new Lanes(route, 1, ledger, { hungry() {}, troubled() {}, elsewhere: () => false })
    lanes.add([mail])
    await lanes.stop()
  }
}

/** The same for every mail that waits, except for those that wait for a person. */
export async function sendWaiting(workerId: string = randomUUID()): Promise<void> {
  const mails = await db().outboundMail.findMany({
    where: { state: { in: ['queued', 'deferred', 'uncertain'] } },
    orderBy: { createdAt: 'asc' },
  })
  await dispatch(workerId, ...mails.filter(mail => !isUndecided(mail)).map(({ id }) => id))
}

/** A mail with its attempts, in their order. */
export const mailById = (id: string) =>
  db().outboundMail.findUniqueOrThrow({
    where: { id },
    include: { deliveryAttempts: { orderBy: { number: 'asc' } } },
  })

/** The same once it is sent. */
export const sent = (id: string) =>
  until(async () => {
    const mail = await mailById(id)
    return mail.state === 'sent' && mail
  })

export const mailsTo = (recipient: string): Promise<OutboundMail[]> =>
  db().outboundMail.findMany({ where: { recipient }, orderBy: { createdAt: 'asc' } })

/** A received mail as its reader sees it, with the link in it. */
export async function read(raw: string) {
  const mail = await simpleParser(raw)
  const link = /https?:\/\/\S+?\/(activate|reset-password|confirm-email)\/([\w-]+)/.exec(mail.text ?? '')
  return { mail, link: link?.[0] ?? '', token: link?.[2] ?? '' }
}
