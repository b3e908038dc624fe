// Between the right password and the second factor. Whoever is there has no session: a row says for a few minutes
// whose password was right, and opens nothing but the question for the factor.
import { record, recordCounted } from '@/domain/audit/audit'
import type { User } from '@/generated/prisma/client'
import { deleteInBatches, type GoOn } from '@/lib/batches'
import { inMinutes, now } from '@/lib/clock'
import { db, sqlNow, type Tx, transaction } from '@/lib/db'
import { hashToken, randomToken } from '@/lib/keyring'
import { Refusal } from '@/lib/refusal'
import { admitCodeOf, type ShownBy, takeCode, wrongCode } from './factor'
import { tellFactorChanged } from './factor-news'
import { self } from './password'
import { type Origin, openSession } from './session'
import { tellNewDevice } from './sign-in-news'
import { holdAccount, userSubject } from './user'

export const pendingMinutes = 10

/** The answer to a right password where a second factor is wanted: no session, but the right to show it. */
export class FactorWanted extends Refusal {
  /** @param pending the opaque id for the cookie; the database holds its hash */
  constructor(readonly pending: string) {
    super('factor-wanted')
  }
}

/** Notes that the password of an account was right. @returns the opaque id for the cookie */
export async function beginPendingSignIn(tx: Tx, userId: string): Promise<string> {
  const token = randomToken()
  await tx.pendingSignIn.create({
    data: { tokenHash: hashToken(token), userId, createdAt: now(), expiresAt: inMinutes(pendingMinutes) },
  })
  return token
}

/** Whose password was right, and until when that counts; null once it does not. */
export async function readPendingSignIn(token: string): Promise<{ id: string; user: User } | null> {
  const pending = await db().pendingSignIn.findUnique({
    where: { tokenHash: hashToken(token) },
    include: { user: true },
  })
  if (!pending || pending.expiresAt <= now() || pending.user.state !== 'active') return null
  return { id: pending.id, user: pending.user }
}

/**
 * Signs in whoever shows a code of an app or a recovery code after the password.
 * @returns the opaque id of the new session
 * @throws Refusal sign-in-again, wrong-code, too-many-codes
 */
export async function signInWithCode(token: string, code: string, origin: Origin): Promise<string> {
  const pending = await readPendingSignIn(token)
  if (!pending) throw new Refusal('sign-in-again')
  const { user } = pending
  const actor = self(user, origin)
  const fail = (action: 'sign-in.factor-failed' | 'sign-in.factor-limited') =>
    transaction(tx => recordCounted(tx, actor, action, userSubject(user)))
  const forget = await admitCodeOf(user.email, origin.address).catch(async error => {
    if (error instanceof Refusal) await fail('sign-in.factor-limited')
    throw error
  })
  const session = await finish(token, user, origin, tx => takeCode(tx, user.id, code))
  if (!session) {
    await fail('sign-in.factor-failed')
    throw wrongCode()
  }
  await forget()
  return session
}

/**
 * Opens the session of a pending sign-in if its owner shows a second factor: the only way to one for an account that
 * has a factor.
 * @param show takes the factor @returns null if it is none @throws Refusal sign-in-again
 */
export const finish = (
  token: string,
  { id }: Pick<User, 'id'>,
  origin: Origin,
  show: (tx: Tx) => Promise<ShownBy | null>,
): Promise<string | null> =>
  transaction(async tx => {
    await holdAccount(tx, { id })
    // A password that was changed or an account that was disabled meanwhile has ended it.
    const [pending] = await tx.$queryRaw<{ id: string }[]>`
      SELECT pending.id FROM "PendingSignIn" pending JOIN "User" person ON person.id = pending."userId"
      WHERE "tokenHash" = ${hashToken(token)} AND person.id = ${id}::uuid AND person.state = 'active'
        AND pending."expiresAt" > ${now()} FOR UPDATE OF pending`
    if (!pending) throw new Refusal('sign-in-again')
    const by = await show(tx)
    if (!by) return null
    await tx.pendingSignIn.delete({ where: { id: pending.id } })
    const user = await tx.user.findUniqueOrThrow({ where: { id } })
    await tellNewDevice(tx, user, origin)
    const session = await openSession(tx, user, origin, { factorShown: true })
    const actor = self(user, origin)
    await record(tx, actor, 'sign-in.succeeded', userSubject(user), { after: { factor: by } })
    if (by === 'recovery-code') await tellFactorChanged(tx, user, actor, 'code-used')
    return session
  })

/** Deletes what nobody has finished in time. @returns how many rows */
export const deleteStalePending = (goOn: GoOn): Promise<number> =>
  deleteInBatches(
    goOn,
    batch => db().$executeRaw`
      DELETE FROM "PendingSignIn" WHERE id IN (
        SELECT id FROM "PendingSignIn" WHERE "expiresAt" <= ${sqlNow()} LIMIT ${batch})`,
  )
