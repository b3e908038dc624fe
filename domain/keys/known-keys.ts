// Which keys the database was used with: their ids and check values, never the keys.

import type { KeyringKey } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import type { Tx } from '@/lib/db'
import { type Keyring, KeyringError } from '@/lib/keyring'

/** What a database notes of a key that it was used with. */
export type KnownKey = Pick<KeyringKey, 'id' | 'checkValue'>

/** @throws KeyringError if a key is missing or is another than the one that was noted */
export function refuseOtherKeys(known: readonly KnownKey[], keyring: Keyring): void {
  for (const { id, checkValue } of known) {
    if (!keyring.ids.includes(id))
      throw new KeyringError(
        `The key "${id}", which this database was used with, is missing: add it to APP_KEYS. Nothing was changed.`,
      )
    if (keyring.checkValue(id) !== checkValue)
      throw new KeyringError(
        `The key "${id}" is not the one this database was used with: put the right one into APP_KEYS. Nothing was changed.`,
      )
  }
}

/**
 * Makes sure that a keyring holds the keys this database needs, and takes note of its newest. The older
 * ones are not noted: one that a rotation has forgotten would be needed again from then on.
 * @throws KeyringError if a key is missing or is another than it was; nothing is changed then
 */
export async function acceptKeyring(tx: Tx, keyring: Keyring): Promise<void> {
  refuseOtherKeys(await tx.keyringKey.findMany(), keyring)
  const id = keyring.newestId
  await tx.keyringKey.createMany({
    data: [{ id, checkValue: keyring.checkValue(id), createdAt: now() }],
    skipDuplicates: true,
  })
}
