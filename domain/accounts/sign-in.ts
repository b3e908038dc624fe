import { z } from 'zod'
import { record, recordCounted, recording } from '@/domain/audit/audit'
import { type RulesRow, rulesColumns, rulesInRow } from '@/domain/settings/tenant-password-rules'
import type { Actor } from '@/domain/viewer'
import { Prisma } from '@/generated/prisma/client'
import type { UserState } from '@/generated/prisma/enums'
import { networkOf } from '@/lib/addresses'
import { inMinutes, now } from '@/lib/clock'
import { query, transaction } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { admit, clearAttempts, clearCodeAttempts, succeeded, succeeding } from './attempts'
import { isShut } from './demo-accounts'
import { emailKey } from './email-address'
import { hasFactor } from './factor'
import { knownDevice } from './known-device'
import { givenPasswordField, passwordMatches, self } from './password'
import { initialPasswordEnd, passwordDue } from './password-due'
import {
  beginPendingSignIn,
  FactorWanted,
  MoreWanted,
  NewPasswordWanted,
  wantNewPassword,
} from './pending-sign-in'
import { notShown, type Opened, type Origin, openUnlessMoreWanted } from './session'
import { tellNewDevice } from './sign-in-news'

/** Where an account has signed in within so many minutes is its home, */
const homeMinutes = 30 * 24 * 60
/** by its last so many sign-ins: a program that signs in by the minute makes nobody wait. */
const homeSignIns = 100

/** What is typed to sign in, at whichever door. The address may be anything: whether it is one tells nobody. */
export const Credentials = z.object({
  email: z.string().trim().min(1, 'email-required').max(320, 'email-invalid'),
  password: givenPasswordField,
})

/**
 * Signs a person in. An unknown address, a wrong password, and an account that is pending or disabled
 * give the same answer after the same work.
 * @returns the new session
 * @throws Refusal sign-in-failed; too-many-attempts with `minutes` to wait
 * @throws FactorWanted where the account has a second factor, NewPasswordWanted where its password has to be changed:
 * there is no session yet
 */
export async function signIn(email: string, password: string, origin: Origin): Promise<Opened> {
  const key = emailKey(email)
  const account = await accountOf(key)
  const { address, device } = origin
  const failed = (action: 'sign-in.failed' | 'sign-in.limited') => {
    const actor = { id: null, email: key, address, device }
    return transaction(tx => recordCounted(tx, actor, action, account && subjectOf(account)))
  }
  const counted = await admit({
    account: key,
    address,
    device: knownDevice(origin.marks ?? [], account?.id ?? null),
    atHome: account?.networks.includes(networkOf(address)) ?? false,
  }).catch(async error => {
    if (error instanceof Refusal) await failed('sign-in.limited')
    throw error
  })
  const matches = await passwordMatches(account?.hash, password)
  if (
    !account ||
    !matches ||
    account.state !== 'active' ||
    isShut(account, password) ||
    (await isStale(account))
  ) {
    await failed('sign-in.failed')
    throw new Refusal('sign-in-failed')
  }
  const outcome = await transaction(async tx => {
    // While the old password was being checked a reset may have replaced it, and ended all sessions.
    const [credential] = await tx.$queryRaw<({ hash: string } & RulesRow)[]>`
      SELECT hash, ${rulesColumns(account.tenantId)} FROM "Credential" WHERE "userId" = ${account.id}::uuid FOR SHARE`
    if (credential?.hash !== account.hash) throw new Refusal('sign-in-failed')
    const [actor, subject] = [self(account, origin), subjectOf(account)]
    // Most want no more. What all who sign in from one network write to comes last, and is held for no longer than needed.
    const session = await openUnlessMoreWanted(tx, account, origin, rulesInRow(credential), {}, opened => [
      recording(actor, 'sign-in.succeeded', subject, opened),
      succeeding(counted, opened),
    ])
    if (session) {
      await tellNewDevice(tx, account, origin)
      return session
    }
    await succeeded(tx, counted)
    if (await hasFactor(tx, account.id)) {
      await record(tx, actor, 'sign-in.factor-wanted', subject)
      return new FactorWanted(await beginPendingSignIn(tx, account.id))
    }
    const due = await passwordDue(tx, account)
    if (due) return new NewPasswordWanted(await wantNewPassword(tx, account, origin, due))
    throw notShown()
  })
  if (outcome instanceof MoreWanted) throw outcome
  return outcome
}

const isStale = async ({ initial, changedAt }: Account): Promise<boolean> =>
  Boolean(initial && changedAt && (await initialPasswordEnd(changedAt)) <= now())

type Account = {
  id: string
  email: string
  state: UserState
  demo: boolean
  tenantId: string | null
  lastSignInAt: Date | null
  /** Null without a password */
  hash: string | null
  /** Of the password: whether somebody else has set it, and when it was set */
  initial: boolean | null
  changedAt: Date | null
  /** From where it has signed in lately */
  networks: string[]
}

/** One look for everything, whether there is an account or not. */
async function accountOf(key: string): Promise<Account | null> {
  const [row] = await query<Omit<Account, 'networks'> & { addresses: string[] }>(Prisma.sql`
    SELECT id, email, state, demo, "tenantId", "lastSignInAt", hash, initial, "changedAt", ARRAY(
      SELECT DISTINCT address FROM (
        SELECT address FROM "Session" WHERE "userId" = account.id AND "actorSessionId" IS NULL AND "createdAt" > ${inMinutes(-homeMinutes)}
        ORDER BY "createdAt" DESC LIMIT ${homeSignIns}
      ) lately
    ) AS addresses
    FROM "User" account LEFT JOIN "Credential" ON "userId" = id WHERE "emailKey" = ${key}`)
  return row ? { ...row, networks: row.addresses.filter(Boolean).map(networkOf) } : null
}

const subjectOf = ({ id, email, tenantId }: Pick<Account, 'id' | 'email' | 'tenantId'>) => ({
  type: 'user' as const,
  id,
  label: email,
  tenantId,
})

/** Forgets the failed attempts at an account, for an administrator at the machine. @returns how many keys */
export const unlock = (email: string, actor: Actor): Promise<number> =>
  transaction(async tx => {
    const key = emailKey(email)
    const user = await tx.user.findUnique({ where: { emailKey: key } })
    await record(
      tx,
      actor,
      'account.unlocked',
      user ? subjectOf(user) : { type: 'user', id: null, label: key },
    )
    return (await clearAttempts(tx, key)) + (await clearCodeAttempts(tx, key))
  })
