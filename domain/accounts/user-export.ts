// The users of a list as rows of a file.
import { record } from '@/domain/audit/audit'
import { type Viewer, visibleTenant } from '@/domain/viewer'
import { db, transaction } from '@/lib/db'
import { importColumns } from './import-columns'
import { filterOf, type UserFilter, usersMatching } from './user-filter'

const atOnce = 1_000

/** The first line of the file: those that an import knows, and what else there is to tell. */
export const exportedColumns = [...importColumns, 'state', 'lastSignIn', 'added']

type Row = (string | null)[]

/**
 * Records that the viewer takes the users of a filter with them, and gives them in the order of their addresses,
 * as many at a time as the memory holds easily. Who comes or goes meanwhile may be in it or not; nobody is in it twice. @throws Refusal not-allowed
 */
export async function exportUsers(viewer: Viewer, filter: UserFilter): Promise<AsyncGenerator<Row[]>> {
  const where = await usersMatching(viewer, filter)
  const subject = { type: 'installation' as const, id: null, label: 'users', ...visibleTenant(viewer) }
  await transaction(tx => record(tx, viewer, 'users.exported', subject, { after: filterOf(filter) }))
  return rows(last =>
    db().user.findMany({
      where: last === null ? where : { ...where, emailKey: { gt: last } },
      include: { tenant: { select: { name: true } }, customer: { select: { name: true } } },
      orderBy: { emailKey: 'asc' },
      take: atOnce,
    }),
  )
}

async function* rows(read: (last: string | null) => Promise<Exported[]>): AsyncGenerator<Row[]> {
  for (let last: string | null = null; ; ) {
    const users: Exported[] = await read(last)
    if (users.length > 0) yield users.map(rowOf)
    last = users.at(-1)?.emailKey ?? null
    if (users.length < atOnce) return
  }
}

type Exported = {
  email: string
  emailKey: string
  firstName: string
  lastName: string
  role: string
  tenant: { name: string } | null
  customer: { name: string } | null
  locale: string
  state: string
  lastSignInAt: Date | null
  createdAt: Date
}

const rowOf = (user: Exported): Row => [
  user.email,
  user.firstName,
  user.lastName,
  user.role,
  user.tenant ? user.tenant.name : null,
  user.customer ? user.customer.name : null,
  user.locale,
  user.state,
  user.lastSignInAt?.toISOString() ?? null,
  user.createdAt.toISOString(),
]
