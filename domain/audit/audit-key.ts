// The keys that seals of the audit are made with. Each is random and lies in the database, sealed under the keyring:
// whoever can only write there can make no seal, and a rotation of the keyring leaves the old ones as they are.
import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { now } from '@/lib/clock'
import type { Tx } from '@/lib/db'
import { KeyringError, keyring } from '@/lib/keyring'
import type { SealedColumn } from '@/lib/sealed-column'

/** For a rotation of the keys. */
export const sealedAuditKey: SealedColumn = {
  table: 'AuditKey',
  column: 'sealedKey',
  place: id => `AuditKey.sealedKey:${id}`,
}

export type AuditKey = { id: string; secret: Buffer }

/** The key to seal with: each key of the keyring brings another, for whoever knew the old one may know too much. */
export async function newestAuditKey(tx: Tx): Promise<AuditKey> {
  const keyringId = keyring().newestId
  const known = await tx.auditKey.findUnique({ where: { keyringId } })
  if (known) return opened(known)
  const id = randomUUID()
  const secret = randomBytes(32)
  const sealedKey = keyring().seal(secret.toString('base64'), sealedAuditKey.place(id))
  await tx.auditKey.create({ data: { id, sealedKey, keyringId, createdAt: now() } })
  return { id, secret }
}

/** All keys by their ids; one that was changed or moved is none. */
export async function auditKeys(tx: Tx): Promise<Map<string, AuditKey>> {
  const keys = new Map<string, AuditKey>()
  for (const row of await tx.auditKey.findMany())
    try {
      keys.set(row.id, opened(row))
    } catch (error) {
      if (!(error instanceof KeyringError)) throw error
    }
  return keys
}

const opened = ({ id, sealedKey }: { id: string; sealedKey: string }): AuditKey => ({
  id,
  secret: Buffer.from(keyring().open(sealedKey, sealedAuditKey.place(id)), 'base64'),
})

/** What nobody can write who does not know the key. */
export const sign = ({ secret }: AuditKey, what: unknown[]): string =>
  createHmac('sha256', secret).update(JSON.stringify(what)).digest('hex')
