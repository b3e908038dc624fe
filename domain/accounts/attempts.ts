// How often a password may be tried, by whom and from where. All that is counted about accounts stands here.
//
// - Only a password that is looked at counts, and what a narrow limit refuses counts nowhere else.
// - Strangers get a few guesses at an account in an hour, however many addresses they have.
// - The owner's own browser has an allowance of its own, and where the owner has signed in lately only the
//   guesses from there count: nobody elsewhere can lock them out.
// - Whoever proves to be the owner (a sign-in, a reset by mail, a changed password) starts anew, and so does an
//   account that an administrator unlocks or enables.
// - An account that does not exist is counted like one that does.
import type { Viewer } from '@/domain/viewer'
import type { Prisma } from '@/generated/prisma/client'
import { networkOf } from '@/lib/addresses'
import { db, type Tx } from '@/lib/db'
import { GroupCommit } from '@/lib/group-commit'
import {
  type Counted,
  countAttempt,
  countEach,
  forgetAttempts,
  forgetCount,
  type Limit,
  noLimit,
  refuseFull,
  takeBackAttempt,
  takingBack,
  waitFor,
} from '@/lib/rate-limit'
import { Refusal } from '@/lib/refusal'

const quarter = 15 * 60
const hour = 60 * 60

/** One device of the owner, whatever strangers do. */
const onDevice: Limit = { name: 'sign-in-on', points: 10, seconds: quarter }
/** One network at one account. */
const atAccount: Limit = { name: 'sign-in-at', points: 10, seconds: quarter }
/** All strangers together at one account. A window that ends and the next one have twice as many in one hour. */
const toAccount: Limit = { name: 'sign-in-to', points: 40, seconds: hour }
/** One network at all accounts. */
const fromNetwork: Limit = { name: 'sign-in-with', points: 200, seconds: quarter }
/** The current password, asked for in one session. */
const inSession: Limit = { name: 'current-password', points: 10, seconds: quarter }
/** One network asking for links by mail, at the door: an office on a Monday asks less, and more costs nobody much. */
const linksFromNetwork: Limit = { name: 'link-request-from', points: 300, seconds: quarter }
/** Mails with links to one account: nobody can fill another's mailbox. */
const linksToAccount: Limit = { name: 'link-request-to', points: 5, seconds: quarter }
/** Codes typed in the place of links: a code has 40 bits, so few guesses are all that its safety needs. */
const linkCodesAtAccount: Limit = { name: 'link-code-at', points: 5, seconds: quarter }
const linkCodesToAccount: Limit = { name: 'link-code-to', points: 20, seconds: hour }
const linkCodesFromNetwork: Limit = { name: 'link-code-from', points: 60, seconds: quarter }
/** Mails to an address that somebody has entered as their new one. */
const toNewAddress: Limit = { name: 'new-email-to', points: 5, seconds: hour }
const fromViewer: Limit = { name: 'new-email-from', points: 10, seconds: hour }
/** Addresses that a tenant administrator has found to be taken, for they tell of accounts of others. */
const takenAddresses: Limit = { name: 'taken-address', points: 20, seconds: hour }

/** Codes of a second factor at one account: whoever guesses has its password already, and sees three in a million right. */
const codesAtAccount: Limit = { name: 'code-at', points: 5, seconds: quarter }
/** The same in a day, for whoever is patient. */
const codesInDay: Limit = { name: 'code-in-day', points: 30, seconds: 24 * hour }
const codesFromNetwork: Limit = { name: 'code-with', points: 100, seconds: quarter }

/** Passkeys in the place of a password, from one network: nobody finds one by guessing, so this bounds what it costs. */
const passkeysFromNetwork: Limit = { name: 'passkey-with', points: 200, seconds: quarter }

/** Who tries to sign in to what. */
export type Guess = {
  /** The key of the address that was typed, of an account or not */
  account: string
  address: string
  /** The device that the account is known on, see `knownDevice` */
  device: string | null
  /** Whether the account has signed in from this network lately */
  atHome: boolean
}

/**
 * Lets one attempt pass, before the password is looked at, so that parallel guesses are counted too.
 * @returns what was counted, for `succeeded` @throws Refusal too-many-attempts with `minutes` to wait
 */
export async function admit(guess: Guess): Promise<Counted[]> {
  const counted = countedOf(guess)
  await refuseTooMany(...counted)
  return counted
}

function countedOf({ account, address, device, atHome }: Guess): Counted[] {
  if (device) return [{ limit: onDevice, key: `${account} ${device}`, subject: account }]
  const network = networkOf(address)
  const wide = (limit: Limit): Limit => (atHome ? { ...limit, points: noLimit } : limit)
  return [
    { limit: atAccount, key: `${account} ${network}`, subject: account },
    { limit: wide(toAccount), key: account, subject: account },
    { limit: wide(fromNetwork), key: network },
  ]
}

/**
 * Lets one code be looked at for an address, whether it has an account or not. Links work whatever is tried here.
 * @returns what was counted, for `succeeded` @throws Refusal too-many-attempts
 */
export async function admitLinkCode(account: string, address: string): Promise<Counted[]> {
  const network = networkOf(address)
  const counted: Counted[] = [
    { limit: linkCodesAtAccount, key: `${account} ${network}`, subject: account },
    { limit: linkCodesToAccount, key: account, subject: account },
    { limit: linkCodesFromNetwork, key: network },
  ]
  await refuseTooMany(...counted)
  return counted
}

/** An attempt was the owner's: it does not count, and what was tried in the same place is forgotten. */
export const succeeded = (tx: Tx, [narrow, ...wide]: Counted[]): Promise<void> =>
  takeBackAttempt(tx, wide, narrow)

/** The same as a part of a statement, see `takingBack`. */
export const succeeding = ([narrow, ...wide]: Counted[], condition: Prisma.Sql): Prisma.Sql =>
  takingBack(wide, narrow, condition)

/**
 * Lets the current password be looked at once more in a session: another session of the account has an allowance
 * of its own. @returns what to call when it was right @throws Refusal too-many-attempts
 */
export async function admitInSession({ sessionId }: Viewer): Promise<() => Promise<void>> {
  const counted = { limit: inSession, key: sessionId }
  await refuseTooMany(counted)
  return () => forgetCount(db(), counted)
}

/**
 * Lets one code of a second factor be looked at, so that parallel guesses are counted too. A new password does not
 * clear what is counted: with somebody's mailbox alone nobody gets more guesses.
 * @returns what to call when it was right @throws Refusal too-many-codes with `minutes` to wait
 */
export async function admitCode(account: string, address: string): Promise<() => Promise<void>> {
  const subject = codesOf(account)
  const ofAccount = [codesAtAccount, codesInDay].map(limit => ({ limit, key: account, subject }))
  const counted = [...ofAccount, { limit: codesFromNetwork, key: networkOf(address) }]
  const wait = await countAttempt(...counted)
  if (wait > hour) throw new Refusal('too-many-codes-today', { values: { hours: Math.ceil(wait / hour) } })
  refuseWhile(wait, 'too-many-codes')
  return () => clearCodeAttempts(db(), account).then(() => {})
}

/**
 * Lets one passkey be looked at, whose ever it may be.
 * @returns what to call when it opens a session @throws Refusal too-many-attempts with `minutes` to wait
 */
export async function admitPasskey(address: string): Promise<(tx: Tx) => Promise<void>> {
  const counted: Counted = { limit: passkeysFromNetwork, key: networkOf(address) }
  await refuseTooMany(counted)
  return tx => takeBackAttempt(tx, [counted])
}

/** Forgets the codes that were tried at an account. @returns how many windows were open */
export const clearCodeAttempts = (tx: Tx, account: string): Promise<number> =>
  forgetAttempts(tx, codesOf(account))

const codesOf = (account: string) => `code ${account}`

/** Whether one more request for a link is taken from an address; all that are not are counted. */
export const admitLinkRequest = (address: string): Promise<boolean> => linkRequests.add(networkOf(address))

/** Those that come at the same time are counted together. */
const linkRequests = new GroupCommit((networks: string[]) => countEach(linksFromNetwork, networks))

/** Whether one more mail with a link may go to an account because somebody asked for it. */
export const admitLinkMail = async (account: string): Promise<boolean> =>
  (await countAttempt({ limit: linksToAccount, key: account })) === 0

/** Of many requests for mails with links, by account: which are refused, since there is no room for another mail. */
export const refuseLinkMails = (accounts: string[]): Promise<boolean[]> =>
  refuseFull(linksToAccount, accounts)

/** Counts a wish for a new address, whether it has an account or not. @throws Refusal too-many-attempts */
export const admitNewEmail = (viewerId: string, account: string): Promise<void> =>
  refuseTooMany({ limit: fromViewer, key: viewerId }, { limit: toNewAddress, key: account })

/** Lets an administrator add a user, until they have found too many addresses taken. @throws Refusal too-many-attempts */
export const admitNewUser = async (viewerId: string): Promise<void> =>
  refuseWhile(await waitFor({ limit: takenAddresses, key: viewerId }))

/** Counts an address that an administrator has found to be taken. */
export const countTakenAddress = (viewerId: string): Promise<number> =>
  countAttempt({ limit: takenAddresses, key: viewerId })

/** Forgets all attempts at an account. @returns how many windows were open */
export const clearAttempts = (tx: Tx, account: string): Promise<number> => forgetAttempts(tx, account)

const refuseTooMany = async (...counted: Counted[]): Promise<void> =>
  refuseWhile(await countAttempt(...counted))

function refuseWhile(wait: number, code = 'too-many-attempts'): void {
  if (wait > 0) throw new Refusal(code, { values: { minutes: Math.ceil(wait / 60) } })
}
