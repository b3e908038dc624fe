// The first system administrator: by a one-time link from the first start, or at the machine.

import { z } from 'zod'
import { record } from '@/domain/audit/audit'
import { linkOf, liveToken, readToken, redeem, tokenOf, worthUntil } from '@/domain/links/link-token'
import { isQueued, queueMail } from '@/domain/outbox/outbound-mail'
import { installationIn } from '@/domain/settings/installation'
import type { Actor } from '@/domain/viewer'
import { inMinutes } from '@/lib/clock'
import { db, isDuplicate, type Tx, transaction } from '@/lib/db'
import { env } from '@/lib/env'
import { locales } from '@/lib/i18n/locales'
import { nameField } from '@/lib/name-field'
import { Refusal } from '@/lib/refusal'
import { installationTimeZone } from '@/lib/time-zone'
import { publicAccounts } from './demo-accounts'
import { emailKey } from './email-address'
import { type Chosen, choosePassword, self, setPassword } from './password'
import { type Opened, type Origin, openSession } from './session'
import { userSubject } from './user'
import { issueLink } from './user-mail'

/** Short: where the first start writes to a log, that keeps the link. `npm run admin -- setup-link` makes a new one. */
const setupMinutes = 60

export const NewAdministratorNames = {
  firstName: nameField,
  lastName: nameField,
  locale: z.enum(locales).optional().catch(undefined),
}

export type NewAdministrator = {
  email: string
  password: string
  firstName?: string
  lastName?: string
  locale?: string
}

/**
 * The token of the one-time link to `/setup`, or null when there is a system administrator. While one
 * is valid it stays the same, however often and on however many machines Latchkey starts.
 */
export async function setupToken(actor: Actor = atStart): Promise<string | null> {
  if (await administratorExists()) return null
  return transaction(async tx => {
    const live = await liveToken(tx, 'setup', null)
    if (live) return tokenOf(live)
    await record(tx, actor, 'installation.setup-link-issued', {
      type: 'installation',
      id: null,
      label: 'setup',
    })
    return tokenOf(await issueLink(tx, 'setup', null, inMinutes(setupMinutes)))
  })
}

/**
 * Mails the link of `setupToken` to whoever is to be the first system administrator: once, however often Latchkey
 * starts while it works.
 * @returns false where there is no such link
 */
export const mailSetupLink = (address: string): Promise<boolean> =>
  transaction(async tx => {
    const token = await liveToken(tx, 'setup', null)
    if (!token) return false
    if (await isQueued(tx, token.id)) return true
    await queueMail(tx, {
      kind: 'setup',
      parameters: { name: '', expiresAt: token.expiresAt.toISOString() },
      id: token.id,
      recipient: address,
      locale: (await installationIn(tx)).locale,
      expiresAt: worthUntil(token),
      link: linkOf(token),
      timeZone: installationTimeZone(),
      requestedBy: atStart,
    })
    return true
  })

/** Nobody asked for it: it is printed where Latchkey starts. */
const atStart: Actor = { id: null, email: null, address: null }

export async function readSetup(token: string) {
  const read = await readToken('setup', token)
  return read.live && (await administratorExists()) ? { live: null, dead: 'used' as const } : read
}

/**
 * Makes the first system administrator and signs them in.
 * @returns the session
 * @throws Refusal link-DEAD (used, expired, replaced, withdrawn, unknown), password-short, password-is-email, email-taken
 */
export async function setUp(token: string, input: NewAdministrator, origin: Origin): Promise<Opened> {
  const { dead } = await readSetup(token)
  if (dead) throw new Refusal(`link-${dead}`)
  const chosen = await choosePassword(input.password, input)
  return refusingTaken(
    transaction(async tx => {
      await redeem(tx, 'setup', token)
      const user = await insertAdministrator(tx, input, chosen)
      await record(tx, self(user, origin), 'installation.set-up', userSubject(user))
      return openSession(tx, user, origin)
    }),
  )
}

/** Makes a system administrator at the machine. @throws Refusal email-taken, password-short, password-is-email */
export async function createAdministrator(input: NewAdministrator, actor: Actor): Promise<void> {
  const chosen = await choosePassword(input.password, input)
  await refusingTaken(
    transaction(async tx => {
      const user = await insertAdministrator(tx, input, chosen)
      await record(tx, actor, 'user.added', userSubject(user), { after: { role: user.role } })
    }),
  )
}

/** One whom anybody could sign in as, because the demo has left them, is none. */
async function administratorExists(): Promise<boolean> {
  const nobody = env().demo ? [] : await publicAccounts()
  const administrators = await db().user.count({
    where: { role: 'system_administrator', id: { notIn: nobody.map(({ id }) => id) } },
  })
  return administrators > 0
}

async function insertAdministrator(tx: Tx, input: NewAdministrator, chosen: Chosen) {
  const { email, firstName = '', lastName = '', locale = (await installationIn(tx)).locale } = input
  const user = await tx.user.create({
    data: {
      email,
      emailKey: emailKey(email),
      firstName,
      lastName,
      locale,
      role: 'system_administrator',
      state: 'active',
    },
  })
  await setPassword(tx, user.id, chosen)
  return user
}

const refusingTaken = <T>(work: Promise<T>): Promise<T> =>
  work.catch(error => {
    throw isDuplicate(error) ? new Refusal('email-taken', { field: 'email' }) : error
  })
