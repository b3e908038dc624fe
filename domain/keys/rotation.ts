// The end of a rotation of the keys: what older keys have sealed comes under the newest, and the keys that
// nothing needs any more are forgotten. It may be broken off anywhere and run again.

import { lastEndOfSessions } from '@/domain/accounts/session'
import { sealedFactorSecret } from '@/domain/accounts/totp'
import { sealedAnswer } from '@/domain/api-keys/idempotency'
import { record } from '@/domain/audit/audit'
import { sealedAuditKey } from '@/domain/audit/audit-key'
import { sealedPrivateKey } from '@/domain/deliverability/signing'
import { sealedSource } from '@/domain/inbox/inbox'
import { keysOfLiveLinks } from '@/domain/links/link-token'
import { sealedSecrets } from '@/domain/mail-server/secrets'
import { keysOfWaitingMails } from '@/domain/outbox/outbound-mail'
import type { Actor } from '@/domain/viewer'
import { sealedOldSecret, sealedSecret } from '@/domain/webhooks/webhook'
import { now } from '@/lib/clock'
import { type Tx, transaction } from '@/lib/db'
import { keyring } from '@/lib/keyring'
import { keysIn, reseal } from '@/lib/sealed-column'

/** Every column that holds sealed text. */
export const sealedColumns = [
  ...sealedSecrets,
  sealedPrivateKey,
  sealedSource,
  sealedAuditKey,
  sealedFactorSecret,
  sealedAnswer,
  sealedSecret,
  sealedOldSecret,
]

export type Rotation = {
  newest: string
  /** How many secrets were sealed again */
  resealed: number
  /** Older keys that something still needs, and until when; whatever that is goes by itself. */
  needed: { id: string; until: Date }[]
  /** Older keys that nothing needs */
  free: string[]
  /** When the last session ends whose cookie an older key has signed; null if there is none. */
  sessionsUntil: Date | null
}

/**
 * What began before a key became the newest, and still writes with the one before, has ended by then:
 * no transaction takes longer than half a minute.
 */
const settlingMilliseconds = 60_000

/**
 * Seals everything again under the newest key and forgets the older keys that nothing needs.
 * @throws KeyringError if something cannot be opened with the keys there are; what was done before stays
 */
export async function rotateKeys(actor: Actor): Promise<Rotation> {
  let resealed = 0
  for (const column of sealedColumns) resealed += await reseal(column)
  const { settled, ...older } = await forget(actor, resealed)
  return {
    newest: keyring().newestId,
    resealed,
    ...older,
    sessionsUntil: keyring().ids.length > 1 ? await lastEndOfSessions(settled) : null,
  }
}

const forget = (actor: Actor, resealed: number) =>
  transaction(async tx => {
    const { newestId, ids } = keyring()
    const { createdAt } = await tx.keyringKey.findUniqueOrThrow({ where: { id: newestId } })
    const settled = new Date(createdAt.getTime() + settlingMilliseconds)
    const needs = await needsOf(tx, settled)
    const older = ids.filter(id => id !== newestId)
    const needed = older.flatMap(id => {
      const until = needs.get(id)
      return until ? [{ id, until }] : []
    })
    const free = older.filter(id => !needs.has(id))
    const { count } = await tx.keyringKey.deleteMany({ where: { id: { in: free } } })
    await record(tx, actor, 'keyring.rotated', subject, {
      after: { newest: newestId, resealed, forgotten: count > 0 ? free : [] },
    })
    return { needed, free, settled }
  })

const subject = { type: 'installation' as const, id: null, label: 'Keyring' }

/** Which keys are in use, and until when. */
async function needsOf(tx: Tx, settled: Date): Promise<Map<string, Date>> {
  const needs = new Map<string, Date>()
  const need = (id: string, until: Date) => {
    const known = needs.get(id)
    if (!known || known < until) needs.set(id, until)
  }
  for (const { keyId, until } of await keysOfLiveLinks(tx)) need(keyId, until)
  for (const { keyId, until } of await keysOfWaitingMails(tx)) need(keyId, until)
  if (settled > now()) for (const id of keyring().ids) need(id, settled)
  // Written under an older key since the columns were gone through: the next run seals it again.
  for (const column of sealedColumns)
    for (const id of await keysIn(tx, column)) need(id, settled > now() ? settled : now())
  return needs
}
