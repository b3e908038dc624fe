// `npm run admin -- rotate-keys`: a new key, everything sealed under it, and which older keys can go.
import { acceptKeyring } from '@/domain/keys/known-keys'
import { type Rotation, rotateKeys } from '@/domain/keys/rotation'
import type { Actor } from '@/domain/viewer'
import { db } from '@/lib/db'
import { env } from '@/lib/env'
import { holdKeyring, Keyring } from '@/lib/keyring'
import { readKeysFile, writeKeysFile } from '@/lib/keys-file'

/**
 * With APP_KEYS, the newest of them is the new key. With the generated file, a new one is made and put in
 * front of it, unless an older one is still in there: then the rotation it belongs to is brought to its end.
 * @returns what to tell the operator, line by line
 * @throws KeyringError if a key is missing; nothing is lost, and running it again goes on
 */
export async function rotate(actor: Actor): Promise<string[]> {
  const { appKeys, dataDir } = env()
  const ownFile = appKeys === null
  if (ownFile) await bringInNewKey(dataDir)
  const rotation = await rotateKeys(actor)
  if (ownFile && !rotation.sessionsUntil) removeKeys(dataDir, rotation.free)
  return told(rotation, ownFile)
}

/** The key is safely stored before the database knows of it, and both before anything is sealed with it. */
async function bringInNewKey(dataDir: string): Promise<void> {
  const list = readKeysFile(dataDir) ?? ''
  let keys = Keyring.parse(list)
  await acceptKeyring(db(), keys)
  if (keys.ids.length === 1) {
    const longer = Keyring.generate() + list
    keys = Keyring.parse(longer)
    writeKeysFile(dataDir, longer)
    await acceptKeyring(db(), keys)
  }
  holdKeyring(keys)
}

function removeKeys(dataDir: string, ids: string[]): void {
  if (ids.length === 0) return
  const list = Keyring.without(readKeysFile(dataDir) ?? '', ids)
  writeKeysFile(dataDir, list)
  holdKeyring(Keyring.parse(list))
}

function told({ newest, resealed, needed, free, sessionsUntil }: Rotation, ownFile: boolean): string[] {
  const lines = [
    `Everything sealed is under the key "${newest}"; ${resealed} ${resealed === 1 ? 'secret was' : 'secrets were'} sealed again.`,
  ]
  for (const { id, until } of needed)
    lines.push(
      `"${id}" is needed until ${time(until)}: links or writes made with it may still come. Run this again then.`,
    )
  for (const id of free) {
    if (!ownFile)
      lines.push(
        `"${id}" is no longer needed: take it out of APP_KEYS, and restart.` +
          (sessionsUntil
            ? ` Before ${time(sessionsUntil)} that signs out who is signed in since before the rotation.`
            : ''),
      )
    else if (sessionsUntil)
      lines.push(
        `"${id}" stays in the file until ${time(sessionsUntil)}, so that nobody is signed out. Run this again then.`,
      )
    else lines.push(`"${id}" was no longer needed, and is removed.`)
  }
  if (!ownFile && needed.length + free.length === 0)
    lines.push(
      'There is no older key in APP_KEYS. To rotate, put a new one in front of it, restart, and run this again.',
    )
  return lines
}

/** Exact to the second, and none too early. */
const time = (at: Date) => new Date(Math.ceil(at.getTime() / 1000) * 1000).toISOString().replace('.000', '')
