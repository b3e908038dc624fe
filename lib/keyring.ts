// Keys by purpose. A key never leaves this file: others get sealed text, tokens and derived secrets.
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'

import { perProcess } from './global'
import { StartRefused } from './start-refused'

type Key = { id: string; material: Buffer }

/** A keyring that is not the right one. */
export class KeyringError extends StartRefused {}

export class Keyring {
  private readonly derived = new Map<string, Buffer>()

  private constructor(private readonly keys: readonly [Key, ...Key[]]) {}

  /**
   * Reads an `id:base64` list, newest first, separated by commas or white space.
   * @throws KeyringError that says what is wrong, without repeating a key
   */
  static parse(list: string): Keyring {
    const keys = entriesOf(list).map((entry, index) => {
      const [, id, encoded] = /^([\w-]{1,32}):([\w+/=-]+)$/.exec(entry) ?? []
      const material = Buffer.from(encoded ?? '', 'base64')
      if (!id || material.length < 32)
        throw new KeyringError(
          `APP_KEYS: entry ${index + 1} is not a key; it accepts id:base64 with at least 32 random bytes, for example from: openssl rand -base64 32.`,
        )
      return { id, material }
    })
    const [newest, ...older] = keys
    if (!newest)
      throw new KeyringError('APP_KEYS: there is no key in it; it accepts id:base64, newest first.')
    if (new Set(keys.map(key => key.id)).size !== keys.length)
      throw new KeyringError('APP_KEYS: two keys have the same id; each needs one of its own.')
    return new Keyring([newest, ...older])
  }

  /** A list with one fresh key, as `parse` reads it. */
  static generate(): string {
    return `k${Date.now().toString(36)}:${randomBytes(32).toString('base64')}\n`
  }

  /** A list as `parse` reads it, without some of its keys. */
  static without(list: string, ids: string[]): string {
    const kept = entriesOf(list).filter(entry => !ids.some(id => entry.startsWith(`${id}:`)))
    return `${kept.join('\n')}\n`
  }

  /** The key that new things are sealed and derived with. */
  get newestId(): string {
    return this.keys[0].id
  }

  get ids(): string[] {
    return this.keys.map(key => key.id)
  }

  /** A value that tells whether a key is the one a database was used with, and nothing else about it. */
  checkValue(keyId: string): string {
    return this.secret(keyId, 'check').toString('hex').slice(0, 16)
  }

  /**
   * Seals a secret with AES-256-GCM under the newest key.
   * @param place row and column, for example `MailServerVersion.sealedPassword:ID`: sealed text moved
   *   to another place does not open
   */
  seal(plain: string, place: string): string {
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.secret(this.newestId, 'seal'), iv)
    cipher.setAAD(Buffer.from(place))
    const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
    return `${this.newestId}:${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64')}`
  }

  /** @throws KeyringError if the key is missing, or the text was changed or moved */
  open(sealed: string, place: string): string {
    const [keyId = '', encoded = ''] = sealed.split(':')
    const bytes = Buffer.from(encoded, 'base64')
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.secret(keyId, 'seal'), bytes.subarray(0, 12))
      decipher.setAAD(Buffer.from(place))
      decipher.setAuthTag(bytes.subarray(12, 28))
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
    } catch (error) {
      if (error instanceof KeyringError) throw error
      throw new KeyringError(
        `A sealed value (${place.split(':')[0]}) cannot be opened: it was changed or moved.`,
      )
    }
  }

  /**
   * The token of a link: HMAC-SHA256 of its row id. It exists in the mail and in the browser, never in
   * the database, so a dump redeems nothing; a retry of the mail derives the same one again.
   */
  linkToken(keyId: string, rowId: string): string {
    return createHmac('sha256', this.secret(keyId, 'link-token')).update(rowId).digest('base64url')
  }

  /**
   * What a browser shows to prove that an account has signed in there before: it names neither, and is good
   * for this account alone.
   */
  deviceProof(keyId: string, userId: string, deviceId: string): string {
    return createHmac('sha256', this.secret(keyId, 'known-device'))
      .update(`${userId} ${deviceId}`)
      .digest('base64url')
  }

  /** Secrets for the cookies of a session, newest first, so that a rotation signs nobody out. */
  get sessionSecrets(): string[] {
    return this.keys.map(key => this.secret(key.id, 'session-cookie').toString('base64'))
  }

  private secret(keyId: string, purpose: string): Buffer {
    const name = `${keyId}/${purpose}`
    const known = this.derived.get(name)
    if (known) return known
    const key = this.keys.find(({ id }) => id === keyId)
    if (!key) throw new KeyringError(`The key "${keyId}" is not in APP_KEYS.`)
    const secret = Buffer.from(hkdfSync('sha256', key.material, '', `latchkey/${purpose}`, 32))
    this.derived.set(name, secret)
    return secret
  }
}

/** What the database keeps of a token that came with a request: its SHA-256. */
export const hashToken = (token: string) => createHash('sha256').update(token).digest('hex')

const entriesOf = (list: string) => list.split(/[\s,]+/).filter(Boolean)

/** An opaque random id of 256 bits, for a session. */
export const randomToken = () => randomBytes(32).toString('base64url')

const held = perProcess<{ keyring: Keyring | null }>('keyring', () => ({ keyring: null }))

/** Makes a keyring the one of this process. */
export function holdKeyring(keyring: Keyring): void {
  held.keyring = keyring
}

export function keyring(): Keyring {
  if (!held.keyring) throw new KeyringError('The keyring is not loaded yet.')
  return held.keyring
}
