// A process that fills the outbox through the domain function and drains it with one worker, and a bare
// Nodemailer pool that composes and sends the same mails to the same server, without a queue or a database.
import { fork } from 'node:child_process'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createTransport } from 'nodemailer'
import { domainOf, place } from '@/domain/deliverability/signing'
import { connectMailServer } from '@/domain/mail-server/testing/settings'
import { type MailOrder, queueMails } from '@/domain/outbox/outbound-mail'
import { startWorker } from '@/domain/outbox/worker'
import { plainSettings } from '@/domain/smtp/settings'
import { renderMail } from '@/emails'
import { inMinutes } from '@/lib/clock'
import { database, db, transaction } from '@/lib/db'
import { keyring } from '@/lib/keyring'
import { median } from './figure'
import { startSending } from './sending'

export type DrainTask = {
  mails: number
  connections: number
  dkim?: boolean
  /** How far away the server is, in milliseconds there and back */
  roundTrip?: number
}
/** Mails a second */
export type DrainResult = { enqueue: number; drain: number; pool: number }
/** Fills the outbox of an installation whose server sends them, and waits until it has. */
export type FillTask = { fill: number }

const { viewer, received, ...sending } = await startSending({ worker: false, quiet: true })
let { port } = sending

process.on('message', async (task: DrainTask | FillTask) => {
  process.send?.('fill' in task ? await filled(task) : await drained(task))
})

async function filled({ fill: mails }: FillTask): Promise<{ seconds: number }> {
  const begun = performance.now()
  await fill(mails)
  await untilEmpty()
  return { seconds: (performance.now() - begun) / 1000 }
}

/** Medians of three rounds, the two in turns. */
async function drained(task: DrainTask): Promise<DrainResult> {
  const { mails, connections, dkim, roundTrip } = task
  if (roundTrip) await moveAway(roundTrip)
  await db().mailServer.updateMany({ data: { maxConnections: connections } })
  if (dkim) await signWithRsa()
  await fill(Math.round(mails / 4))
  await drain() // once to warm up
  const rounds: DrainResult[] = []
  for (let round = 0; round < 3; round++) {
    const pool = await poolRate(task)
    const enqueue = await perSecond(mails, () => fill(mails))
    const before = await received()
    const rate = await perSecond(mails, drain)
    const sent = (await received()) - before
    if (sent !== mails) throw new Error(`${sent} mails arrived instead of ${mails}.`)
    rounds.push({ enqueue, drain: rate, pool })
  }
  const middle = (name: keyof DrainResult) => median(rounds.map(one => one[name]))
  return { enqueue: middle('enqueue'), drain: middle('drain'), pool: middle('pool') }
}

/** From now on the server is reached through a long way. */
async function moveAway(roundTrip: number): Promise<void> {
  const far = fork(fileURLToPath(new URL('./far-part.ts', import.meta.url)), [
    String(port),
    String(roundTrip),
  ])
  const [told] = (await once(far, 'message')) as [{ port: number }]
  port = told.port
  await connectMailServer(viewer, { host: '127.0.0.1', port })
}

/** One key of the usual kind for the sender's domain, as if its record had been found in DNS. */
async function signWithRsa(): Promise<void> {
  if ((await db().dkimKey.count()) > 0) return
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const id = randomUUID()
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  await db().dkimKey.create({
    data: {
      id,
      domain: domainOf(plainSettings({ host: '127.0.0.1', port }).mailFrom),
      selector: 'bench',
      algorithm: 'rsa-sha256',
      sealedPrivateKey: keyring().seal(pem, place(id)),
      publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      activatedAt: new Date(),
    },
  })
}

async function perSecond(mails: number, work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return (mails / (performance.now() - begun)) * 1000
}

const parameters = (number: number) => ({
  name: `Anna Example ${number}`,
  invitedBy: 'Tenant Administrator',
  expiresAt: inMinutes(4320).toISOString(),
})

const order = (number: number): MailOrder => ({
  kind: 'activation',
  parameters: parameters(number),
  recipient: `anna.${number}@example.org`,
  locale: 'en',
  expiresAt: inMinutes(4320),
  link: { tokenId: randomUUID(), keyId: keyring().ids[0] ?? '', path: 'activate' },
  requestedBy: viewer,
})

async function fill(mails: number): Promise<void> {
  for (let at = 0; at < mails; at += 1_000)
    await transaction(tx =>
      queueMails(
        tx,
        Array.from({ length: Math.min(1_000, mails - at) }, (_, number) => order(at + number)),
      ),
    )
}

/** Until the last outcome is written down. */
async function drain(): Promise<void> {
  const open = database()
  if (!open) throw new Error('The database is closed.')
  const worker = await startWorker(open)
  await untilEmpty()
  await worker.stop()
}

async function untilEmpty(): Promise<void> {
  const left = () =>
    db().$queryRaw<{ any: boolean }[]>`
      SELECT EXISTS (SELECT 1 FROM "OutboundMail" WHERE state IN ('queued', 'deferred', 'uncertain'))
        OR EXISTS (SELECT 1 FROM "OutboundMail" WHERE state = 'sending') AS any`
  while ((await left())[0]?.any) await pause(50)
}

async function poolRate({ mails, connections, dkim }: DrainTask): Promise<number> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const transport = createTransport({
    host: '127.0.0.1',
    port,
    pool: true,
    maxConnections: connections,
    maxMessages: Number.POSITIVE_INFINITY,
    ignoreTLS: true,
    ...(dkim && {
      dkim: {
        domainName: 'example.org',
        keySelector: 'bench',
        privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      },
    }),
  })
  const { subject, html, text } = await renderMail(
    {
      kind: 'activation',
      params: {
        ...parameters(1),
        organisation: 'Acme',
        site: 'localhost',
        support: null,
        email: 'anna.1@example.org',
        validFor: 'P3D',
        link: `http://localhost/activate/${'x'.repeat(43)}`,
        code: '7K3M-9QXT',
        codeUrl: 'http://localhost/code',
      },
    },
    'en',
  )
  let number = 0
  const rounds = Math.max(500, Math.round(mails / (dkim ? 8 : 2)))
  const send = async (until: number) => {
    while (number < until) {
      number += 1
      await transport.sendMail({
        from: 'Latchkey <latchkey@example.org>',
        to: `anna.${number}@example.org`,
        subject,
        html,
        text,
      })
    }
  }
  await Promise.all(Array.from({ length: connections * 2 }, () => send(500)))
  const rate = await perSecond(rounds, () =>
    Promise.all(Array.from({ length: connections * 2 }, () => send(500 + rounds))),
  )
  transport.close()
  return rate
}
