// Tells webhooks what has happened: signed as Standard Webhooks has it, again and again for a day until it is heard.
import { setTimeout } from 'node:timers/promises'
import { Webhook as Signer } from 'standardwebhooks'
import { record } from '@/domain/audit/audit'
import { now } from '@/lib/clock'
import { db, sqlNow, transaction } from '@/lib/db'
import { env } from '@/lib/env'
import { keyring } from '@/lib/keyring'
import { log } from '@/lib/log'
import { publicFetch } from '@/lib/public-fetch'
import { storableText } from '@/lib/storable-text'
import { sealedOldSecret, sealedSecret } from './webhook'

const lookMilliseconds = 1_000
/** Taken at a time of all webhooks together, and of one. */
const atOnce = 20
const ofOne = 5
/** Whoever does not answer by then has not. */
const answerMilliseconds = 15_000
/** So much of an answer is kept. */
const answerBytes = 2_048
/** A worker that took something and says nothing for so long has ended. */
const leaseSeconds = 60
/** Minutes until the next attempt, after so many. */
const pauses = [0.1, 0.5, 2, 5, 15, 30, 60, 120, 240, 240, 240, 480]
/** Who has heard nothing for so long, and then something for the last time, hears nothing any more. */
const deafHours = 20
/** From then on one is tried at a time, and the others wait. */
const inTroubleAfter = 3

type Taken = {
  id: string
  webhookId: string
  tenantId: string | null
  name: string
  url: string
  type: string
  data: unknown
  createdAt: Date
  attempts: number
  failures: number
  sealedSecret: string
  sealedOldSecret: string | null
  oldIsGood: boolean
}

/** Begins to tell. @returns what ends it, after what is in hand */
export function startTelling(): () => Promise<void> {
  const ending = new AbortController()
  const running = (async () => {
    while (!ending.signal.aborted) {
      const told = await tellDue().catch(error => {
        log.warn({ error: String(error) }, 'webhooks could not be told')
        return 0
      })
      if (told === 0)
        await setTimeout(lookMilliseconds, null, { signal: ending.signal, ref: false }).catch(() => {})
    }
  })()
  return async () => {
    ending.abort()
    await running
  }
}

/** Tells what is due, as much as is taken at once. @returns how much that was */
export async function tellDue(): Promise<number> {
  const taken = await take()
  await Promise.all(taken.map(async one => settle(one, await tell(one))))
  return taken.length
}

/** Of each webhook a few, so that one with very many keeps nobody waiting; of one in trouble one. */
const take = (): Promise<Taken[]> => db().$queryRaw`
  WITH due AS MATERIALIZED (
    SELECT mine.id FROM "Webhook" hook, LATERAL (
      SELECT id, "dueAt" FROM "WebhookDelivery"
      WHERE "webhookId" = hook.id AND state = 'waiting' AND "dueAt" <= ${sqlNow()}
      ORDER BY "dueAt", id LIMIT CASE WHEN hook.failures >= ${inTroubleAfter}::int THEN 1 ELSE ${ofOne}::int END
      FOR UPDATE SKIP LOCKED) mine
    WHERE hook."pausedAt" IS NULL AND (hook."retryAt" IS NULL OR hook."retryAt" <= ${sqlNow()})
    ORDER BY mine."dueAt" LIMIT ${atOnce}::int
  )
  UPDATE "WebhookDelivery" delivery SET attempts = attempts + 1, "dueAt" = ${sqlNow()} + ${leaseSeconds}::int * interval '1 second'
  FROM due, "Webhook" hook WHERE delivery.id = due.id AND hook.id = delivery."webhookId"
  RETURNING delivery.id, hook.id AS "webhookId", hook."tenantId", hook.name, hook.url, delivery.type, delivery.data,
    delivery."createdAt", delivery.attempts, hook.failures, hook."sealedSecret", hook."sealedOldSecret",
    coalesce(hook."oldSecretUntil" > ${sqlNow()}, false) AS "oldIsGood"`

type Heard = {
  startedAt: Date
  milliseconds: number
  status: number | null
  answer: string | null
  fault: string | null
}

async function tell(delivery: Taken): Promise<Heard> {
  const startedAt = now()
  const began = performance.now()
  const heard = (more: Partial<Heard>): Heard => ({
    ...{
      startedAt,
      milliseconds: Math.round(performance.now() - began),
      status: null,
      answer: null,
      fault: null,
    },
    ...more,
  })
  try {
    const body = JSON.stringify({
      type: delivery.type,
      timestamp: delivery.createdAt.toISOString(),
      data: delivery.data,
    })
    const response = await send(delivery.url, {
      method: 'POST',
      redirect: 'manual',
      body,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Latchkey-Webhooks',
        'webhook-id': delivery.id,
        'webhook-timestamp': String(Math.floor(startedAt.getTime() / 1_000)),
        'webhook-signature': signatures(delivery, startedAt, body),
      },
      signal: AbortSignal.timeout(answerMilliseconds),
    })
    return heard({ status: response.status, answer: await beginning(response) })
  } catch (error) {
    return heard({ fault: faultOf(error) })
  }
}

/** Where an installation lets webhooks reach its own network, as `fetch` does; otherwise nothing that only we can see. */
const send: typeof publicFetch = (url, options) =>
  env().privateAddresses ? fetch(url, options) : publicFetch(url, options)

/** One of each secret that is good, so that the other side may know either. */
function signatures({ id, webhookId, ...sealed }: Taken, at: Date, body: string): string {
  const secrets = [keyring().open(sealed.sealedSecret, sealedSecret.place(webhookId))]
  if (sealed.sealedOldSecret && sealed.oldIsGood)
    secrets.push(keyring().open(sealed.sealedOldSecret, sealedOldSecret.place(webhookId)))
  return secrets.map(secret => new Signer(secret).sign(id, at, body)).join(' ')
}

/** The first of an answer that may never end. */
async function beginning({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = body?.getReader()
  while (reader && length < answerBytes) {
    const { value, done } = await reader.read()
    if (done) break
    chunks.push(value)
    length += value.length
  }
  await reader?.cancel().catch(() => {})
  return storableText(Buffer.concat(chunks).subarray(0, answerBytes).toString())
}

/** Why there is no answer, as a word that the interface knows. */
function faultOf(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: string } }
  const code = cause?.code ?? ''
  if (name === 'TimeoutError') return 'timeout'
  if (code === 'EPRIVATE') return 'private-address'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'host-unknown'
  if (code === 'ECONNREFUSED') return 'refused'
  if (/^(ERR_TLS|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO|ERR_SSL|EPROTO)/.test(code)) return 'tls'
  return 'broken'
}

/** Writes down how it ended, and when it goes on. */
async function settle(delivery: Taken, heard: Heard): Promise<void> {
  const { id, webhookId, attempts } = delivery
  const done = heard.status !== null && heard.status >= 200 && heard.status < 300
  await transaction(async tx => {
    // The webhook may be gone by now, and all of this with it.
    const rows = await tx.$queryRaw<{ expired: boolean; deaf: boolean }[]>`
      SELECT delivery."expiresAt" <= ${sqlNow()} AS expired,
        coalesce(hook."failingSince" < ${sqlNow()} - ${deafHours}::int * interval '1 hour', false) AS deaf
      FROM "WebhookDelivery" delivery JOIN "Webhook" hook ON hook.id = delivery."webhookId"
      WHERE delivery.id = ${id}::uuid FOR UPDATE`
    const [row] = rows
    if (!row) return
    await tx.webhookAttempt.createMany({
      data: [{ deliveryId: id, number: attempts, ...heard }],
      skipDuplicates: true,
    })
    const isTest = delivery.type === 'webhook.test'
    const over = !done && (row.expired || heard.status === 410 || (isTest && attempts > 1))
    const state = done ? 'delivered' : over ? 'failed' : 'waiting'
    const minutes = pauses[Math.min(attempts, pauses.length) - 1] ?? 1
    await tx.$executeRaw`
      UPDATE "WebhookDelivery" SET state = ${state}, "endedAt" = CASE WHEN ${state} = 'waiting' THEN NULL ELSE ${sqlNow()} END,
        "dueAt" = ${sqlNow()} + ${minutes}::float * interval '1 minute' WHERE id = ${id}::uuid`
    if (done) {
      await tx.$executeRaw`
        UPDATE "Webhook" SET failures = 0, "failingSince" = NULL, "retryAt" = NULL
        WHERE id = ${webhookId}::uuid AND failures > 0`
      return
    }
    const failures = delivery.failures + 1
    const wait = failures < inTroubleAfter ? 0 : (pauses[Math.min(failures, pauses.length) - 1] ?? 1)
    await tx.$executeRaw`
      UPDATE "Webhook" SET failures = failures + 1, "failingSince" = coalesce("failingSince", ${sqlNow()}),
        "retryAt" = CASE WHEN ${wait}::float > 0 THEN ${sqlNow()} + ${wait}::float * interval '1 minute' END
      WHERE id = ${webhookId}::uuid`
    // A day without a word, or a plain no: nobody hears there any more.
    const because = heard.status === 410 ? 'gone' : over && row.deaf ? 'failing' : null
    if (!because) return
    const paused = await tx.webhook.updateMany({
      where: { id: webhookId, pausedAt: null },
      data: { pausedAt: now(), pausedBecause: because },
    })
    const subject = {
      type: 'webhook' as const,
      id: webhookId,
      label: delivery.name,
      tenantId: delivery.tenantId,
    }
    if (paused.count > 0)
      await record(tx, { id: null, email: null, address: null }, 'webhook.paused', subject, {
        after: { reason: because },
      })
  })
}
