// Signs mails with the keys of their domain (RFC 6376 §5). The private keys are open only here.
import { domainToASCII } from 'node:url'
import { readMailbox } from '@/domain/mail-server/mailbox'
import { now } from '@/lib/clock'
import { db } from '@/lib/db'
import { keyring } from '@/lib/keyring'
import type { SealedColumn } from '@/lib/sealed-column'

export type SigningKey = { domain: string; selector: string; algorithm: string; privateKey: string }

/** The domain that a mail from here is from, in ASCII and lower case; empty if there is none. */
export const domainOf = (mailFrom: string): string =>
  domainToASCII(readMailbox(mailFrom)?.address.split('@').at(-1) ?? '')

/** Where a private key is sealed for. */
export const place = (id: string) => `DkimKey.sealedPrivateKey:${id}`

/** For a rotation of the keys. */
export const sealedPrivateKey: SealedColumn = { table: 'DkimKey', column: 'sealedPrivateKey', place }

/**
 * The message with one signature on top for each key that is active for the domain of `mailFrom`; as it
 * was, if there is none.
 * @throws Error if one of the keys cannot sign: the attempt then fails and is made again, as a mail without
 *   its signature may be refused for good
 */
export async function signMail(raw: Buffer, mailFrom: string): Promise<Buffer> {
  const rows = await db().dkimKey.findMany({
    where: { domain: domainOf(mailFrom), activatedAt: { not: null } },
    // The one that every verifier knows comes last in the header, and so first to be met.
    orderBy: { algorithm: 'asc' },
  })
  if (rows.length === 0) return raw
  const keys = rows.map(row => ({
    ...row,
    privateKey: keyring().open(row.sealedPrivateKey, place(row.id)),
  }))
  return sign(raw, keys)
}

/** @throws Error if one of the keys cannot sign */
export async function sign(raw: Buffer, keys: readonly SigningKey[]): Promise<Buffer> {
  // Loaded with the first mail that is signed: most installations never need it.
  const { dkimSign } = await import('mailauth/lib/dkim/sign.js')
  // Its default fields are those of RFC 6376 §5.4.1. Its types ask for the first key again at the top.
  const signatureData = keys.map(({ domain, selector, algorithm, privateKey }) => ({
    signingDomain: domain,
    selector,
    algorithm,
    privateKey,
    canonicalization: 'relaxed/relaxed',
  }))
  // Without a time of its own mailauth reads the clock twice, for what it signs and for what it writes: a
  // mail signed as the second turns would bear a signature that is wrong.
  const signTime = now()
  const { signatures, errors } = await dkimSign(raw, { ...signatureData[0]!, signatureData, signTime })
  // mailauth leaves out a signature that it could not make, and says so only here.
  const made = signatures.split(/^DKIM-Signature:/m).length - 1
  if (errors.length > 0 || made !== keys.length)
    throw new Error(`A mail could not be signed with DKIM: ${made} of ${keys.length} signatures`, {
      cause: errors[0],
    })
  return Buffer.concat([Buffer.from(signatures), raw])
}
