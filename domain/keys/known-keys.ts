// Which keys the database was used with: their ids and check values, never the keys.

import { now } from '@/lib/clock'
import type { Tx } from '@/lib/db'
import { type Keyring, KeyringError } from '@/lib/keyring'

/**
 * Makes sure that a keyring holds the keys this database needs.
 * @throws KeyringError if a key is missing or is another than it was
 */
export async function requireKeys(tx: Tx, keyring: Keyring): Promise<void> {
  for (const { id, checkValue } of await tx.keyringKey.findMany()) {
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
 * The same, and takes note of the newest key. The older ones are not noted: one that a rotation has forgotten would be
 * needed again from then on.
 * @throws KeyringError as above; nothing is changed then
 */
export async function acceptKeyring(tx: Tx, keyring: Keyring): Promise<void> {
  await requireKeys(tx, keyring)
  const id = keyring.newestId
  await tx.keyringKey.createMany({
    data: [{ id, checkValue: keyring.checkValue(id), createdAt: now() }],
    skipDuplicates: true,
  })
}
