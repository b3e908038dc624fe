// Between the right password and the second factor, or the new password that has to be chosen. Whoever is there has no
// session: a row says for a few minutes whose password was right, and opens nothing but the question for the rest.
import { record, recordCounted } from '@/domain/audit/audit'
import type { User } from '@/generated/prisma/client'
import { deleteInBatches, type GoOn } from '@/lib/batches'
import { inMinutes, now } from '@/lib/clock'
import { db, sqlNow, type Tx, transaction } from '@/lib/db'
import { hashToken, randomToken } from '@/lib/keyring'
import { Refusal } from '@/lib/refusal'
import { admitCodeOf, hasFactor, type ShownBy, takeCode, wrongCode } from './factor'
import { tellFactorChanged } from './factor-news'
import { self } from './password'
import { type Due, passwordDue } from './password-due'
import { type Opened, type Origin, openSession } from './session'
import { tellNewDevice } from './sign-in-news'
import { holdAccount, userSubject } from './user'

export const pendingMinutes = 10

/** The answer to a right password where more is wanted: no session, but the right to go on. */
export class MoreWanted extends Refusal {
  /** @param pending the opaque id for the cookie; the database holds its hash */
  constructor(
    code: string,
    readonly pending: string,
  ) {
    super(code)
  }
}

/** A second factor is to be shown. */
export class FactorWanted extends MoreWanted {
  constructor(pending: string) {
    super('factor-wanted', pending)
  }
}

/** The password has to be changed. */
export class NewPasswordWanted extends MoreWanted {
  constructor(pending: string) {
    super('new-password-wanted', pending)
  }
}

/**
 * Notes that the password of an account was right.
 * @param factorShown how its second factor was shown already @returns the opaque id for the cookie
 */
export async function beginPendingSignIn(tx: Tx, userId: string, factorShown?: ShownBy): Promise<string> {
  const token = randomToken()
  await tx.pendingSignIn.create({
    data: {
      ...{ tokenHash: hashToken(token), userId, factorShown },
      ...{ createdAt: now(), expiresAt: inMinutes(pendingMinutes) },
    },
  })
  return token
}

type Pending = {
  id: string
  user: User
  /** A factor comes first, also one that was set up meanwhile */
  wants: 'factor' | 'new-password'
  /** Why a new password is wanted */
  due: Due | null
}

/** Whose password was right, and until when that counts; null once it does not. */
export async function readPendingSignIn(token: string): Promise<Pending | null> {
  const pending = await db().pendingSignIn.findUnique({
    where: { tokenHash: hashToken(token) },
    include: { user: true },
  })
  if (!pending || pending.expiresAt <= now() || pending.user.state !== 'active') return null
  const { id, user, factorShown } = pending
  const wants = factorShown === null && (await hasFactor(db(), user.id)) ? 'factor' : 'new-password'
  return { id, user, wants, due: wants === 'factor' ? null : await passwordDue(db(), user) }
}

/**
 * Signs in whoever shows a code of an app or a recovery code after the password.
 * @returns the new session
 * @throws Refusal sign-in-again, wrong-code, too-many-codes
 */
export async function signInWithCode(token: string, code: string, origin: Origin): Promise<Opened> {
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
  const session = await finish(token, user, origin, tx => takeCode(tx, user.id, code)).catch(async error => {
    if (error instanceof NewPasswordWanted) await forget()
    throw error
  })
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
 * @param show takes the factor @returns null if it is none
 * @throws Refusal sign-in-again @throws NewPasswordWanted where the password has to be changed
 */
export async function finish(
  token: string,
  { id }: Pick<User, 'id'>,
  origin: Origin,
  show: (tx: Tx) => Promise<ShownBy | null>,
): Promise<Opened | null> {
  const outcome = await transaction(async tx => {
    const { user } = await holdPending(tx, token, { id })
    const by = await show(tx)
    if (!by) return null
    await tx.pendingSignIn.delete({ where: { tokenHash: hashToken(token) } })
    const actor = self(user, origin)
    if (by === 'recovery-code') await tellFactorChanged(tx, user, actor, 'code-used')
    const due = await passwordDue(tx, user)
    if (due) return { pending: await wantNewPassword(tx, user, origin, due, by) }
    await tellNewDevice(tx, user, origin)
    const session = await openSession(tx, user, origin, { factorShown: true })
    await record(tx, actor, 'sign-in.succeeded', userSubject(user), { after: { factor: by } })
    return { session }
  })
  if (outcome?.pending !== undefined) throw new NewPasswordWanted(outcome.pending)
  return outcome?.session ?? null
}

/** Notes that what is left of a sign-in is to choose a new password. @returns the opaque id for the cookie */
export async function wantNewPassword(
  tx: Tx,
  user: Pick<User, 'id' | 'email' | 'tenantId'>,
  origin: Origin,
  due: Due,
  factorShown?: ShownBy,
): Promise<string> {
  await record(tx, self(user, origin), 'sign-in.new-password-wanted', userSubject(user), {
    after: { reason: due, ...(factorShown && { factor: factorShown }) },
  })
  return beginPendingSignIn(tx, user.id, factorShown)
}

/**
 * A pending sign-in that nobody else finishes until the transaction ends. A password that was changed or an account
 * that was disabled meanwhile has ended it.
 * @throws Refusal sign-in-again
 */
export async function holdPending(
  tx: Tx,
  token: string,
  { id }: Pick<User, 'id'>,
): Promise<{ factorShown: ShownBy | null; user: User }> {
  await holdAccount(tx, { id })
  const [pending] = await tx.$queryRaw<{ factorShown: ShownBy | null }[]>`
    SELECT pending."factorShown" FROM "PendingSignIn" pending JOIN "User" person ON person.id = pending."userId"
    WHERE "tokenHash" = ${hashToken(token)} AND person.id = ${id}::uuid AND person.state = 'active'
      AND pending."expiresAt" > ${now()} FOR UPDATE OF pending`
  if (!pending) throw new Refusal('sign-in-again')
  return { factorShown: pending.factorShown, user: await tx.user.findUniqueOrThrow({ where: { id } }) }
}

/** Deletes what nobody has finished in time. @returns how many rows */
export const deleteStalePending = (goOn: GoOn): Promise<number> =>
  deleteInBatches(
    goOn,
    batch => db().$executeRaw`
      DELETE FROM "PendingSignIn" WHERE id IN (
        SELECT id FROM "PendingSignIn" WHERE "expiresAt" <= ${sqlNow()} LIMIT ${batch})`,
  )
