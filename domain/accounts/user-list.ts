// The list of users, page by page, at any number of them: nothing is counted or passed over without a bound.
import { z } from 'zod'
import { lastMails } from '@/domain/mail-log/last-mail'
import type { Viewer } from '@/domain/viewer'
import type { Prisma, User } from '@/generated/prisma/client'
import { UserState } from '@/generated/prisma/enums'
import { type Count, countedTo } from '@/lib/count'
import { placeText, readPlace } from '@/lib/cursor'
import { db } from '@/lib/db'
import { failedInvitations, failedInvitationsAtMost } from './failed-invitations'
import { type UserFilter, usersFound, usersMatching, withoutFactor } from './user-filter'

export const pageSize = 50

export const userSorts = ['email', 'name', 'sign-in'] as const
export type UserSort = (typeof userSorts)[number]

export type UserView = UserFilter & {
  /** By the address, if nothing else; `sign-in` begins with the last one, and ends with whoever never signed in */
  sort?: UserSort
  /** From the end of the list to its beginning */
  backwards?: boolean
  /** Where in the list: after or before a user, by a cursor of an earlier page */
  after?: string
  before?: string
}

/**
 * A page of the viewer's users, each with their last mail and whether they have a second factor; the number in each
 * state for the same search; and the number and ids of those whose activation mail has failed.
 * @throws Refusal not-allowed
 */
export async function listUsers(viewer: Viewer, view: UserView) {
  const { state, mail, factor } = view
  const where = usersFound(viewer, view)
  const waiting = await failedInvitations(viewer)
  const inVain = { ...where, id: { in: [...waiting].slice(0, failedInvitationsAtMost) } }
  const [page, states, unprotected, failed] = await Promise.all([
    readPage(mail ? inVain : { ...where, ...(factor ? withoutFactor : { state }) }, view),
    Promise.all(Object.values(UserState).map(one => count({ ...where, state: one }))),
    count({ ...where, ...withoutFactor }),
    view.search || view.tenantId || view.customerId
      ? db().user.count({ where: inVain })
      : Math.min(waiting.size, failedInvitationsAtMost),
  ])
  const counts = Object.fromEntries(
    Object.values(UserState).map((one, place) => [one, states[place]]),
  ) as Record<UserState, Count>
  const mailFailed = { number: failed, more: waiting.size > failedInvitationsAtMost }
  const all = {
    number: states.reduce((sum, { number }) => sum + number, 0),
    more: states.some(({ more }) => more),
  }
  const shown = page.users.map(({ id }) => id)
  const mails = await lastMails(viewer, shown)
  return {
    ...page,
    users: page.users.map(({ factors, ...user }) => ({
      ...user,
      lastMail: mails.get(user.id) ?? null,
      secondFactor: factors.length > 0,
    })),
    counts: { ...counts, all, withoutFactor: unprotected },
    found: mail ? mailFailed : factor ? unprotected : state ? counts[state] : all,
    mailFailed: {
      ...mailFailed,
      // Beyond so many it has to be asked for those that are shown.
      ids: mailFailed.more ? await failedInvitations(viewer, shown) : waiting,
    },
  }
}

/**
 * A page of the viewer's users and where it goes on, by their addresses: for programs, which count for themselves.
 * @param most 1 to 200 @throws Refusal not-allowed
 */
export async function usersAfter(
  viewer: Viewer,
  { after, most, ...filter }: UserFilter & { after?: string; most: number },
): Promise<{ users: User[]; next: string | null }> {
  const start = readCursor('email', after)
  const where = {
    AND: [await usersMatching(viewer, filter), start ? { emailKey: { gt: start[0] as string } } : {}],
  }
  const users = await db().user.findMany({ where, orderBy: { emailKey: 'asc' }, take: most + 1 })
  const shown = users.slice(0, most)
  const last = shown.at(-1)
  return { users: shown, next: users.length > most && last ? cursorText('email', last) : null }
}

async function count(where: Prisma.UserWhereInput): Promise<Count> {
  const number = await db().user.count({ where, take: countedTo + 1 })
  return { number: Math.min(number, countedTo), more: number > countedTo }
}

const include = {
  tenant: true,
  customer: true,
  factors: { where: { confirmedAt: { not: null } }, select: { id: true }, take: 1 },
} satisfies Prisma.UserInclude

type Listed = Prisma.UserGetPayload<{ include: typeof include }>

/** The users of a page, and the cursors of those beside it. */
async function readPage(where: Prisma.UserWhereInput, view: UserView) {
  const { sort = 'email', backwards = false } = view
  const place = (user: Listed | undefined) => user && cursorText(sort, user)
  const start = readCursor(sort, view.before)
  if (start) {
    const users = (await readUsers(where, sort, !backwards, start)).toReversed()
    // A page that is not full is the first one, and then the first one as it is now.
    if (users.length > pageSize) {
      const shown = users.slice(-pageSize)
      return { users: shown, previous: place(shown[0]), next: place(shown.at(-1)) }
    }
  }
  const after = start ? null : readCursor(sort, view.after)
  const users = await readUsers(where, sort, backwards, after)
  const shown = users.slice(0, pageSize)
  return {
    users: shown,
    previous: after ? place(shown[0]) : undefined,
    next: users.length > pageSize ? place(shown.at(-1)) : undefined,
  }
}

/** A user's place in an order: what it goes by, then what is never the same of two. */
type Place = readonly (string | null)[]

const key = z.string().max(1_000)
const placeOf = {
  email: { read: z.tuple([key]), of: (user: User) => [user.emailKey] },
  name: {
    read: z.tuple([key, key, z.uuid()]),
    of: (user: User) => [user.lastName, user.firstName, user.id],
  },
  'sign-in': {
    read: z.tuple([z.iso.datetime().nullable(), z.uuid()]),
    of: (user: User) => [user.lastSignInAt?.toISOString() ?? null, user.id],
  },
} satisfies Record<UserSort, { read: z.ZodType<Place>; of: (user: User) => Place }>

/** A user's place in an order, as it stands in an address. */
export const cursorText = (sort: UserSort, user: User): string => placeText(placeOf[sort].of(user))

const readCursor = (sort: UserSort, text: string | undefined): Place | null =>
  readPlace<Place>(placeOf[sort].read, text)

/** One more than a page of users from a place on, in an order or the other way round. */
async function readUsers(
  where: Prisma.UserWhereInput,
  sort: UserSort,
  backwards: boolean,
  from: Place | null,
) {
  const users: Listed[] = []
  for (const part of partsOf(sort, backwards, from)) {
    const missing = pageSize + 1 - users.length
    if (missing > 0)
      users.push(
        ...(await db().user.findMany({
          where: { AND: [where, ...part.where] },
          include,
          orderBy: part.orderBy,
          take: missing,
        })),
      )
  }
  return users
}

type Part = { where: Prisma.UserWhereInput[]; orderBy: Prisma.UserOrderByWithRelationInput[] }

/** An order as parts, each of which is one stretch of an index. */
function partsOf(sort: UserSort, backwards: boolean, from: Place | null): Part[] {
  if (sort === 'sign-in') return bySignIn(backwards, from)
  const way = backwards ? 'desc' : 'asc'
  const beyond = backwards ? 'lt' : 'gt'
  if (sort === 'email')
    return [{ where: from ? [{ emailKey: { [beyond]: from[0] } }] : [], orderBy: [{ emailKey: way }] }]
  const [lastName, firstName, id] = from ?? []
  return [
    {
      where: from
        ? [
            { lastName: { [backwards ? 'lte' : 'gte']: lastName } },
            {
              OR: [
                { lastName: { [beyond]: lastName } },
                { firstName: { [beyond]: firstName } },
                { firstName: firstName as string, id: { [beyond]: id } },
              ],
            },
          ]
        : [],
      orderBy: [{ lastName: way }, { firstName: way }, { id: way }],
    },
  ]
}

/** The last one first; whoever never signed in comes after all others. */
function bySignIn(backwards: boolean, from: Place | null): Part[] {
  const way = backwards ? 'asc' : 'desc'
  const beyond = backwards ? 'gt' : 'lt'
  const [at, id] = from ?? []
  const never: Part = {
    where: [{ lastSignInAt: null }, from && at === null ? { id: { [beyond]: id } } : {}],
    orderBy: [{ id: way }],
  }
  const once: Part = {
    where: at
      ? [
          { lastSignInAt: { [backwards ? 'gte' : 'lte']: at } },
          { OR: [{ lastSignInAt: { [beyond]: at } }, { id: { [beyond]: id } }] },
        ]
      : [{ lastSignInAt: { not: null } }],
    orderBy: [{ lastSignInAt: way }, { id: way }],
  }
  const parts = backwards ? [never, once] : [once, never]
  // What lies before the place is passed over.
  return from && (at === null) !== backwards ? parts.slice(1) : parts
}
