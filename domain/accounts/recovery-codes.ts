// Codes in the place of a second factor that is lost. They are shown once; the database holds their hashes.
import { Secret } from 'otpauth'
import { now } from '@/lib/clock'
import type { Tx } from '@/lib/db'
import { hashToken } from '@/lib/keyring'

const codesOfAccount = 10
/** 80 bits in base32: nobody finds them from their hashes, and they can be typed. */
const bytes = 10

/** Makes new codes; those before stop working. @returns them, as they are shown */
export async function makeRecoveryCodes(tx: Tx, userId: string): Promise<string[]> {
  const codes = Array.from({ length: codesOfAccount }, () => new Secret({ size: bytes }).base32)
  await tx.recoveryCode.deleteMany({ where: { userId } })
  await tx.recoveryCode.createMany({ data: codes.map(code => ({ userId, hash: hashOf(userId, code) })) })
  return codes.map(code => code.toLowerCase().match(/.{4}/g)?.join('-') ?? code)
}

/** Takes a code, as somebody has typed it without its dashes. It is taken once. */
export async function takeRecoveryCode(tx: Tx, userId: string, code: string): Promise<boolean> {
  const { count } = await tx.recoveryCode.updateMany({
    where: { userId, hash: hashOf(userId, code.toUpperCase()), usedAt: null },
    data: { usedAt: now() },
  })
  return count > 0
}

/** How many an account has left. */
export const recoveryCodesLeft = (tx: Tx, userId: string): Promise<number> =>
  tx.recoveryCode.count({ where: { userId, usedAt: null } })

const hashOf = (userId: string, code: string) => hashToken(`${userId} ${code}`)
