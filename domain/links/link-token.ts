import { randomUUID } from 'node:crypto'
import type { LinkToken, User } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import { db, type Tx } from '@/lib/db'
import { hashToken, keyring } from '@/lib/keyring'
import { Refusal } from '@/lib/refusal'

export type Purpose = 'activation' | 'password-reset' | 'email-change' | 'setup' | 'not-me'

/** Why a link does not work. All are told apart, because each needs another next step. */
export type DeadLink = 'used' | 'expired' | 'replaced' | 'withdrawn' | 'unknown'

/** Why a link stops working before its time: by a newer one, or with its account or by its owner. */
export type Revoked = 'replaced' | 'withdrawn'

export type LiveToken = LinkToken & { user: User | null }

/** Where the link of a mail leads, and which token it carries. */
export type MailLink = {
  tokenId: string
  keyId: string
  path: 'activate' | 'reset-password' | 'confirm-email' | 'not-me' | 'setup'
}

const paths = {
  activation: 'activate',
  'password-reset': 'reset-password',
  'email-change': 'confirm-email',
  'not-me': 'not-me',
  setup: 'setup',
} as const

/**
 * Issues a token. The token itself is derived when it is needed; the database gets its hash. Whoever issues
 * one that takes the place of older ones revokes these first.
 */
export async function issueToken(
  tx: Tx,
  purpose: Purpose,
  userId: string | null,
  expiresAt: Date,
  newEmail?: string,
): Promise<LinkToken> {
  return tx.linkToken.create({ data: freshRow(purpose, userId, expiresAt, newEmail) })
}

/** The same for many who have none yet. @returns the tokens in the same order */
export async function issueTokens(
  tx: Tx,
  purpose: Purpose,
  wanted: readonly { userId: string; expiresAt: Date }[],
): Promise<LinkToken[]> {
  const data = wanted.map(({ userId, expiresAt }) => freshRow(purpose, userId, expiresAt))
  const rows = new Map((await tx.linkToken.createManyAndReturn({ data })).map(row => [row.id, row]))
  return data.flatMap(({ id }) => rows.get(id) ?? [])
}

function freshRow(purpose: Purpose, userId: string | null, expiresAt: Date, newEmail?: string) {
  const id = randomUUID()
  const keyId = keyring().newestId
  const tokenHash = hashToken(keyring().linkToken(keyId, id))
  return { id, purpose, userId, keyId, tokenHash, newEmail, createdAt: now(), expiresAt }
}

/** What makes a token redeemable at this moment. */
const live = () => ({ consumedAt: null, revokedAt: null, expiresAt: { gt: now() } })

/** The keys that live links were made with, and when the last link of each ends. */
export async function keysOfLiveLinks(tx: Tx): Promise<{ keyId: string; until: Date }[]> {
  const groups = await tx.linkToken.groupBy({ by: ['keyId'], where: live(), _max: { expiresAt: true } })
  return groups.map(({ keyId, _max }) => ({ keyId, until: _max.expiresAt ?? now() }))
}

/** The token of a purpose that its owner can still use, or null. */
export const liveToken = (tx: Tx, purpose: Purpose, userId: string | null): Promise<LinkToken | null> =>
  tx.linkToken.findFirst({ where: { purpose, userId, ...live() } })

/**
 * The token of a purpose that is mailed once more when somebody asks again, or null: while at least a quarter of
 * its life is left, nobody's request makes the link worthless that lies in a mailbox.
 */
export async function lastingToken(tx: Tx, purpose: Purpose, userId: string): Promise<LinkToken | null> {
  const token = await liveToken(tx, purpose, userId)
  if (!token) return null
  const life = token.expiresAt.getTime() - token.createdAt.getTime()
  return token.expiresAt.getTime() - now().getTime() >= life / 4 ? token : null
}

/**
 * Until when it is worth while to mail the link of a token: who gets it later has no time left to use it. That is the
 * last tenth of its life, at most five minutes.
 */
export function worthUntil({ createdAt, expiresAt }: Pick<LinkToken, 'createdAt' | 'expiresAt'>): Date {
  const life = expiresAt.getTime() - createdAt.getTime()
  return new Date(expiresAt.getTime() - Math.min(life / 10, 5 * 60_000))
}

/** Which of some links can still be used. */
export async function liveTokens(tx: Tx, ids: string[]): Promise<Set<string>> {
  const tokens = await tx.linkToken.findMany({ where: { id: { in: ids }, ...live() }, select: { id: true } })
  return new Set(tokens.map(({ id }) => id))
}

/**
 * Makes live tokens worthless. @returns their ids, for the mails that were to bring them
 */
export async function revokeTokens(
  tx: Tx,
  which: { purpose?: Purpose; userId: string | null },
  as: Revoked,
): Promise<string[]> {
  const open = await tx.linkToken.updateManyAndReturn({
    where: { ...which, consumedAt: null, revokedAt: null },
    data: { revokedAt: now(), revokedAs: as },
    select: { id: true },
  })
  return open.map(({ id }) => id)
}

/** The secret of a token's link, for the mail and for an administrator who copies the link. */
export const tokenOf = ({ keyId, id }: LinkToken): string => keyring().linkToken(keyId, id)

/** Where a link with this token leads, below APP_URL. */
export const landingPath = (purpose: Purpose, token: string): string => `/${paths[purpose]}/${token}`

/** What a mail needs to know to carry the link. */
export const linkOf = ({ id, keyId, purpose }: LinkToken): MailLink => ({
  tokenId: id,
  keyId,
  path: paths[purpose as Purpose],
})

/**
 * The hash of a token as it came with an address. Behind it may stand what belongs to the sentence around the
 * link: a full stop, a bracket.
 */
export const hashOfShown = (token: string) => hashToken(/^[\w-]{43}/.exec(token)?.[0] ?? token)

/** What a landing page may know of its link. Reads only: mail scanners open links too. */
export async function readToken(
  purpose: Purpose,
  token: string,
): Promise<{ live: LiveToken; dead: null } | { live: null; dead: DeadLink }> {
  const row = await db().linkToken.findUnique({
    where: { tokenHash: hashOfShown(token) },
    include: { user: true },
  })
  const dead = whyDead(purpose, row)
  return row && !dead ? { live: row, dead: null } : { live: null, dead: dead ?? 'unknown' }
}

/**
 * Notes that a browser shows the landing page of a link: a person's, or that of a mail scanner. The first
 * time counts. A link that no longer works is not noted, and nobody is told which it was.
 */
export async function noteOpened(purpose: Purpose, token: string, address: string): Promise<void> {
  await db().linkToken.updateMany({
    where: { tokenHash: hashOfShown(token), purpose, openedAt: null, ...live() },
    data: { openedAt: now(), openedFrom: address },
  })
}

/**
 * Consumes a token: one conditional UPDATE, so that of two callers exactly one wins.
 * @throws Refusal link-used, link-expired, link-replaced, link-withdrawn, link-unknown
 */
export async function redeem(tx: Tx, purpose: Purpose, token: string): Promise<LiveToken> {
  const tokenHash = hashOfShown(token)
  const { count } = await tx.linkToken.updateMany({
    where: { tokenHash, purpose, ...live() },
    data: { consumedAt: now() },
  })
  const row = await tx.linkToken.findUnique({ where: { tokenHash }, include: { user: true } })
  if (count === 1 && row) return row
  throw new Refusal(`link-${whyDead(purpose, row) ?? 'used'}`)
}

function whyDead(purpose: Purpose, row: LinkToken | null): DeadLink | null {
  if (row?.purpose !== purpose) return 'unknown'
  if (row.consumedAt) return 'used'
  if (row.revokedAt) return row.revokedAs === 'withdrawn' ? 'withdrawn' : 'replaced'
  return row.expiresAt <= now() ? 'expired' : null
}
