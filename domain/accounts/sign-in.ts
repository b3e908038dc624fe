import { record } from '@/domain/audit/audit'
import { db, transaction } from '@/lib/db'
import { countAttempt, forgetAttempts, type Limit, takeBackAttempt } from '@/lib/rate-limit'
import { Refusal } from '@/lib/refusal'
import { isShut } from './demo-accounts'
import { emailKey } from './email-address'
import { passwordMatches, self } from './password'
import { type Origin, openSession } from './session'

const quarter = 15 * 60
/** Strict for one address at one account, so that a stranger's failures do not lock the owner out. */
const perAccountAndAddress: Limit = { name: 'sign-in', points: 10, seconds: quarter }
const perAccount: Limit = { name: 'sign-in-account', points: 100, seconds: quarter }
const perAddress: Limit = { name: 'sign-in-address', points: 200, seconds: quarter }

/**
 * Signs a person in. An unknown address, a wrong password, and an account that is pending or disabled
 * give the same answer after the same work.
 * @returns the opaque id of the new session
 * @throws Refusal sign-in-failed; too-many-attempts with `minutes` to wait
 */
export async function signIn(email: string, password: string, origin: Origin): Promise<string> {
  const key = emailKey(email)
  await refuseTooMany(key, origin.address)
  const user = await db().user.findUnique({ where: { emailKey: key }, include: { credential: true } })
  const hash = user?.credential?.hash
  const matches = await passwordMatches(hash, password)
  if (!user || !matches || user.state !== 'active' || isShut(user, password)) {
    await transaction(tx =>
      record(tx, { id: null, email: key, address: origin.address }, 'sign-in.failed', {
        type: 'user',
        id: user?.id ?? null,
        label: key,
        tenantId: user?.tenantId,
      }),
    )
    throw new Refusal('sign-in-failed')
  }
  const session = await transaction(async tx => {
    // While the old password was being checked a reset may have replaced it, and ended all sessions.
    const [credential] = await tx.$queryRaw<{ hash: string }[]>`
      SELECT hash FROM "Credential" WHERE "userId" = ${user.id}::uuid FOR SHARE`
    if (credential?.hash !== hash) throw new Refusal('sign-in-failed')
    const token = await openSession(tx, user, origin)
    await record(tx, self(user, origin.address), 'sign-in.succeeded', {
      type: 'user',
      id: user.id,
      label: user.email,
      tenantId: user.tenantId,
    })
    return token
  })
  await forgetAttempts(perAccountAndAddress, `${key} ${origin.address}`)
  await takeBackAttempt(perAccount, key)
  await takeBackAttempt(perAddress, origin.address)
  return session
}

/** Counted before the password is looked at, so that parallel guesses are counted too. */
async function refuseTooMany(key: string, address: string): Promise<void> {
  const waits = await Promise.all([
    countAttempt(perAccountAndAddress, `${key} ${address}`),
    countAttempt(perAccount, key),
    countAttempt(perAddress, address),
  ])
  const wait = Math.max(...waits)
  if (wait > 0) throw new Refusal('too-many-attempts', { values: { minutes: Math.ceil(wait / 60) } })
}

/** Forgets the failed attempts at an account, for an administrator at the machine. @returns how many keys */
export async function unlock(email: string): Promise<number> {
  const key = emailKey(email)
  const { count } = await db().rateLimit.deleteMany({
    where: {
      OR: [
        { key: { startsWith: `${perAccountAndAddress.name}:${key} ` } },
        { key: `${perAccount.name}:${key}` },
      ],
    },
  })
  return count
}
