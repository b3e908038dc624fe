// How fast the outbox is: one mail alone, a full queue, a signed one, filling it, and a very long one.
import { fileURLToPath } from 'node:url'
import type { DrainResult, DrainTask } from './drain-part'
import { median, print } from './figure'
import type { QueueResult } from './queue-part'
import { type Kind, kinds, newInstallation, startPart } from './stage'

const parts = {
  outbox: new URL('./outbox-part.ts', import.meta.url),
  drain: new URL('./drain-part.ts', import.meta.url),
  queue: new URL('./queue-part.ts', import.meta.url),
}

async function part<Answer>(name: keyof typeof parts, kind: Kind, task: object): Promise<Answer> {
  const process = startPart(fileURLToPath(parts[name]), await newInstallation(kind))
  const answer = await process.ask<Answer>(task)
  await process.stop()
  return answer
}

export async function measureOutbox(): Promise<void> {
  for (const kind of kinds) await measureOneMail(kind)
  await measureDrain('postgres', { mails: 12_000, connections: 10 })
  await measureDrain('postgres', { mails: 12_000, connections: 5 })
  await measureDrain('embedded', { mails: 6_000, connections: 10 })
  await measureDrain('postgres', { mails: 1_500, connections: 5, roundTrip: 20 })
  await measureDrain('postgres', { mails: 6_000, connections: 10, dkim: true })
  await measureLongQueue()
}

/** Baseline: Nodemailer sends the same message, already built, over a connection that is already open. */
async function measureOneMail(kind: Kind): Promise<void> {
  const times = await part<{ latchkey: number[]; bare: number[] }>('outbox', kind, { mails: 100 })
  print({
    figure: `outbox.commit-to-acceptance.${kind}`,
    value: median(times.latchkey),
    baseline: median(times.bare),
    unit: 'ms',
  })
}

/** Baseline: a Nodemailer pool that composes, signs if ours are signed, and sends; no queue and no database. */
async function measureDrain(kind: Kind, task: DrainTask): Promise<void> {
  const { enqueue, drain, pool } = await part<DrainResult>('drain', kind, task)
  const { mails, connections, roundTrip } = task
  const more = { mails, connections, ...(roundTrip && { roundTrip }) }
  const what = task.dkim
    ? '-signed'
    : task.roundTrip
      ? '-far'
      : task.connections === 10
        ? ''
        : `-${task.connections}`
  print({ figure: `outbox.drain${what}.${kind}`, value: drain, baseline: pool, unit: 'mails/s', more })
  // Against the drain of the same run: it must never be the queueing that keeps mails waiting.
  if (what === '')
    print({ figure: `outbox.enqueue.${kind}`, value: enqueue, baseline: drain, unit: 'mails/s', more })
}

/** Baseline: the same with a thousand mails waiting. */
async function measureLongQueue(): Promise<void> {
  const short = await part<QueueResult>('queue', 'postgres', { mails: 1_000 })
  const long = await part<QueueResult>('queue', 'postgres', { mails: 1_000_000 })
  const figure = (name: string, value: number, baseline: number, unit: 'ms' | 'MB') =>
    print({ figure: `outbox.million.${name}.postgres`, value, baseline, unit })
  figure('claim', long.claimMilliseconds, short.claimMilliseconds, 'ms')
  figure('memory', long.megabytes, short.megabytes, 'MB')
  figure('list', long.listMilliseconds, short.listMilliseconds, 'ms')
}
