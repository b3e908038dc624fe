// A process with Latchkey's worker in it, as `npm start` has, and a bare Nodemailer beside it. It sends one
// mail at a time, in turns, to an SMTP server in a process of its own.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { createTransport } from 'nodemailer'
import { queueMail } from '@/domain/outbox/outbound-mail'
import { inMinutes } from '@/lib/clock'
import { db, transaction } from '@/lib/db'
import { keyring } from '@/lib/keyring'
import { startSending } from './sending'
import type { Accepted } from './sink-part'

const warmUp = 15

const { sink, port, viewer } = await startSending({ worker: true, quiet: false })
const bare = createTransport({ host: '127.0.0.1', port, pool: true, maxConnections: 1, ignoreTLS: true })

process.on('message', async ({ mails }: { mails: number }) => {
  const times = { latchkey: [] as number[], bare: [] as number[] }
  for (let number = 0; number < warmUp + mails; number++) {
    const latchkey = await timed(queued)
    const sent = await timed(async started => {
      started()
      await bare.sendMail(message(latchkey.mail))
    })
    if (number < warmUp) continue
    times.latchkey.push(latchkey.milliseconds)
    times.bare.push(sent.milliseconds)
  }
  bare.close()
  process.send?.(times)
})

/** Measures from `started()` to the acceptance, after a moment in which nothing happens. */
async function timed(send: (started: () => void) => Promise<void>) {
  // Of uneven length, so that no timer of anybody's keeps step with it.
  await pause(10 + Math.random() * 30)
  let begun = 0n
  const accepted = once(sink, 'message')
  await send(() => {
    begun = process.hrtime.bigint()
  })
  const [{ at, mail }] = (await accepted) as [Accepted]
  return { milliseconds: Number(BigInt(at) - begun) / 1e6, mail }
}

/** The clock starts when the transaction has done its work and is told to commit. */
async function queued(started: () => void): Promise<void> {
  const id = await transaction(async tx => {
    const id = await queueMail(tx, {
      kind: 'password-reset',
      parameters: { name: 'Anna', expiresAt: inMinutes(60).toISOString() },
      recipient: 'anna@example.org',
      locale: 'en',
      expiresAt: inMinutes(60),
      link: { tokenId: randomUUID(), keyId: keyring().ids[0] ?? '', path: 'reset-password' },
      requestedBy: viewer,
    })
    started()
    return id
  })
  // Until the worker has written down what became of it, this process is not idle.
  for (;;) {
    const { state } = await db().outboundMail.findUniqueOrThrow({ where: { id }, select: { state: true } })
    if (state === 'sent') return
    if (state === 'failed' || state === 'deferred') throw new Error(`The mail ended as ${state}.`)
    await pause(20)
  }
}

const message = ({ from, to, raw }: Accepted['mail']) => ({ envelope: { from, to }, raw })
