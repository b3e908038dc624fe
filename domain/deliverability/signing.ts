// Signs mails with the keys of their domain (RFC 6376 §5). The private keys are open only here.
import { createHash, createPrivateKey, type KeyObject, sign as signBytes } from 'node:crypto'
import { domainToASCII } from 'node:url'
import { promisify } from 'node:util'
import { foldLines } from 'nodemailer/lib/mime-funcs'
import { readMailbox } from '@/domain/smtp/mailbox'
import { now } from '@/lib/clock'
import { db } from '@/lib/db'
import { keyring } from '@/lib/keyring'
import type { SealedColumn } from '@/lib/sealed-column'

export type SigningKey = {
  /** Whose mails it signs; null or left out for those that the installation's servers carry */
  tenantId?: string | null
  domain: string
  selector: string
  algorithm: string
  /** Why it cannot be used, if so: that fails the mails of its domain, and of no other. */
  privateKey: KeyObject | Error
}

/** The domain that a mail from here is from, in ASCII and lower case; empty if there is none. */
export const domainOf = (mailFrom: string): string =>
  domainToASCII(readMailbox(mailFrom)?.address.split('@').at(-1) ?? '')

/** Where a private key is sealed for. */
export const place = (id: string) => `DkimKey.sealedPrivateKey:${id}`

/** For a rotation of the keys. */
export const sealedPrivateKey: SealedColumn = { table: 'DkimKey', column: 'sealedPrivateKey', place }

/** All active keys of all domains, opened; worth keeping, as opening one takes as long as signing a mail. */
export async function signingKeys(): Promise<SigningKey[]> {
  const rows = await db().dkimKey.findMany({
    where: { activatedAt: { not: null } },
    // The one that every verifier knows comes last in the header, and so first to be met.
    orderBy: { algorithm: 'asc' },
  })
  return rows.map(({ id, tenantId, domain, selector, algorithm, sealedPrivateKey }) => ({
    tenantId,
    domain,
    selector,
    algorithm,
    privateKey: opened(sealedPrivateKey, id),
  }))
}

function opened(sealed: string, id: string): KeyObject | Error {
  try {
    return createPrivateKey(keyring().open(sealed, place(id)))
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** Those of the keys that sign a mail from here, in their order. */
export function keysFor(keys: readonly SigningKey[], mailFrom: string): readonly SigningKey[] {
  if (keys.length === 0) return keys
  const domain = domainOf(mailFrom)
  return keys.filter(key => key.domain === domain)
}

/**
 * The message with one signature on top for each key; as it was, if there is none. The signatures are made
 * beside the main thread.
 * @throws Error if one of the keys cannot sign: the attempt then fails and is made again, as a mail without
 *   its signature may be refused for good
 */
export async function sign(raw: Buffer, keys: readonly SigningKey[]): Promise<Buffer> {
  if (keys.length === 0) return raw
  // With the line ends that it has on its way.
  const message = raw.toString('latin1').replace(/\r\n?|\n/g, '\r\n')
  const end = message.indexOf('\r\n\r\n')
  const fields = signedFields(message.slice(0, end))
  const bodyHash = createHash('sha256')
    .update(relaxedBody(message.slice(end + 4)), 'latin1')
    .digest('base64')
  const signatures = await Promise.all(keys.map(key => signature(key, fields, bodyHash)))
  return Buffer.concat([Buffer.from(signatures.join('')), raw])
}

async function signature(
  { domain, selector, algorithm, privateKey }: SigningKey,
  fields: string[],
  bodyHash: string,
) {
  const field = foldLines(
    `DKIM-Signature: v=1; a=${algorithm}; c=relaxed/relaxed; d=${domain}; s=${selector};` +
      ` t=${Math.floor(now().getTime() / 1000)}; h=${fields.map(nameOf).join(': ')}; bh=${bodyHash}; b=`,
    76,
  )
  const signed = Buffer.from([...fields, field].map(relaxedField).join('\r\n'), 'latin1')
  const made = await signBy(algorithm, signed, privateKey).catch(cause => {
    throw new Error(`A mail could not be signed with DKIM: ${selector}._domainkey.${domain}`, { cause })
  })
  return `${field}${made.toString('base64').replace(/.{1,72}/g, '\r\n $&')}\r\n`
}

const signInPool = promisify(signBytes)

async function signBy(algorithm: string, signed: Buffer, key: KeyObject | Error): Promise<Buffer> {
  if (key instanceof Error) throw key
  if (`${key.asymmetricKeyType}-sha256` !== algorithm) throw new Error(`not a key for ${algorithm}`)
  // What Ed25519 signs is the hash (RFC 8463 §3).
  return key.asymmetricKeyType === 'ed25519'
    ? signInPool(null, createHash('sha256').update(signed).digest(), key)
    : signInPool('sha256', signed, key)
}

/** What of a message is worth signing (RFC 6376 §5.4.1) */
const worthSigning =
  /^(?:from|sender|reply-to|to|cc|subject|date|message-id|in-reply-to|references|mime-version|(?:content|list|resent)-.+)$/i

/** From the last to the first: of two with one name, verifiers take the lower first (RFC 6376 §5.4.2). */
const signedFields = (header: string) =>
  header
    .split(/\r\n(?![ \t])/)
    .filter(field => worthSigning.test(nameOf(field)))
    .reverse()

const nameOf = (field: string) => field.slice(0, field.indexOf(':')).trimEnd()

/** RFC 6376 §3.4.2 */
const relaxedField = (field: string) =>
  `${nameOf(field).toLowerCase()}:${field
    .slice(field.indexOf(':') + 1)
    .replace(/[ \t\r\n]+/g, ' ')
    .replace(/^ | $/g, '')}`

/** RFC 6376 §3.4.4 */
function relaxedBody(body: string): string {
  const text = `${body}\r\n`.replace(/[ \t]{2,}|\t/g, ' ').replaceAll(' \r\n', '\r\n')
  let end = text.length
  while (text.endsWith('\r\n', end)) end -= 2
  return end === 0 ? '' : `${text.slice(0, end)}\r\n`
}
