// What an account is signed in with beside its password: an authenticator app, a passkey, and codes for the day
// on which both are lost.
import { z } from 'zod'
import type { Viewer } from '@/domain/viewer'
import { db, type Tx } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { admitCode } from './attempts'
import { emailKey } from './email-address'
import { recoveryCodesLeft, takeRecoveryCode } from './recovery-codes'
import { takeAppCode } from './totp'
import { readableUser } from './user'

/** How a second factor was shown, for the audit. */
export type ShownBy = 'totp' | 'passkey' | 'recovery-code'

export type ListedFactor = {
  id: string
  kind: 'totp' | 'passkey'
  /** Where a passkey was made; empty for an app */
  name: string
  addedAt: Date
  lastUsedAt: Date | null
}

/** A code as somebody types it: of an app, or one of the recovery codes. Blanks and dashes are no part of it. */
export const codeField = z
  .string()
  .transform(text => text.replace(/[\s-]/g, ''))
  .pipe(z.string().min(1, 'code-required').max(40, 'code-long'))

/** Whether an account is asked for a second factor. What is not confirmed yet is none. */
export const hasFactor = async (tx: Tx, userId: string): Promise<boolean> =>
  (await tx.factor.findFirst({ where: { userId, confirmedAt: { not: null } }, select: { id: true } })) !==
  null

/** A sign-in that is under way ends before the factors change, or knows of the change. */
export async function holdSignIns(tx: Tx, userId: string): Promise<void> {
  await tx.$queryRaw`SELECT "userId" FROM "Credential" WHERE "userId" = ${userId}::uuid FOR UPDATE`
}

/** The viewer's own factors, the oldest first, and how many recovery codes are left. */
export const ownFactors = (viewer: Viewer) => factorsOf(viewer.id)

/** The same of a user, for an administrator. @throws Refusal user-not-found, not-allowed */
export const factorsOfUser = async (viewer: Viewer, userId: string) =>
  factorsOf((await readableUser(db(), viewer, userId)).id)

async function factorsOf(userId: string): Promise<{ factors: ListedFactor[]; codesLeft: number }> {
  const rows = await db().factor.findMany({
    where: { userId, confirmedAt: { not: null } },
    orderBy: { createdAt: 'asc' },
  })
  const factors = rows.map(({ id, kind, name, confirmedAt, createdAt, lastUsedAt }) => ({
    ...{ id, name, lastUsedAt, addedAt: confirmedAt ?? createdAt },
    kind: kind === 'passkey' ? ('passkey' as const) : ('totp' as const),
  }))
  return { factors, codesLeft: rows.length > 0 ? await recoveryCodesLeft(db(), userId) : 0 }
}

/**
 * Lets a code be looked at, of which an account has a handful of guesses, wherever they are made.
 * @returns what to call when it was right @throws Refusal too-many-codes with `minutes` to wait
 */
export const admitCodeOf = (email: string, address: string) => admitCode(emailKey(email), address)

/** Takes a code of an account once. @returns what it was of; null if it is of nothing */
export async function takeCode(tx: Tx, userId: string, code: string): Promise<ShownBy | null> {
  if (await takeAppCode(tx, userId, code)) return 'totp'
  if (await takeRecoveryCode(tx, userId, code)) return 'recovery-code'
  return null
}

/** The answer to a code that is of nothing, or was taken before. */
export const wrongCode = () => new Refusal('wrong-code', { field: 'secretCode' })
