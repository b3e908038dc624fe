// A process that fills an installation with users, and reads pages of their list.
import { cursorText, listUsers, type UserView } from '@/domain/accounts/user-list'
import { viewer } from '@/domain/testing/viewers'
import type { User } from '@/generated/prisma/client'
import { db } from '@/lib/db'
import { boot } from '@/server/boot'
import { medianOf, settle } from './reads'

/** Milliseconds for a page, by what was asked for */
export type UsersResult = Record<string, number>

process.on('disconnect', () => process.exit())
const running = await boot({ worker: false, web: false })
process.on('SIGTERM', () => void running.stop().finally(() => process.exit()))

process.on('message', async ({ users }: { users: number }) => {
  await fill(users)
  await settle('User')
  const root = viewer()
  const tenant = await db().tenant.findFirstOrThrow({ where: { name: 'Tenant 1' } })
  const admin = viewer({ role: 'tenant_administrator', tenantId: tenant.id })
  const page = (view: UserView, who = root) => medianOf(() => listUsers(who, view))
  process.send?.({
    page: await page({}),
    backwards: await page({ backwards: true }),
    'page-deep': await page({ after: cursorText('email', await middle(users)) }),
    'by-name': await page({ sort: 'name' }),
    'by-sign-in': await page({ sort: 'sign-in' }),
    filter: await page({ state: 'disabled' }),
    'search-person': await page({ search: 'anna17@' }),
    'search-name': await page({ search: 'Anna Surname17' }),
    'search-all': await page({ search: 'example.org' }),
    'search-nobody': await page({ search: 'nobody-at-all' }),
    tenant: await page({}, admin),
    'tenant-search': await page({ search: 'surname17' }, admin),
  } satisfies UsersResult)
})

/** The user in the middle of the list. */
const middle = async (users: number) =>
  (await db().user.findFirst({ orderBy: { emailKey: 'asc' }, skip: Math.floor(users / 2) })) as User

/** Users of ten tenants, a tenth of them pending and a hundredth disabled. */
async function fill(users: number): Promise<void> {
  await db().$executeRaw`
    INSERT INTO "Tenant" (id, name, "nameKey")
    SELECT gen_random_uuid(), 'Tenant ' || number, 'tenant ' || number FROM generate_series(1, 10) number`
  await db().$executeRaw`
    INSERT INTO "User" (id, email, "emailKey", "firstName", "lastName", role, state, "tenantId", "lastSignInAt")
    SELECT gen_random_uuid(), 'anna' || number || '@example.org', 'anna' || number || '@example.org', 'Anna',
      'Surname' || number, 'customer_user',
      (CASE WHEN number % 100 = 1 THEN 'disabled' WHEN number % 10 = 0 THEN 'pending' ELSE 'active' END)::"UserState",
      (SELECT id FROM "Tenant" WHERE name = 'Tenant ' || (number / 7 % 10 + 1)),
      CASE WHEN number % 10 > 0 THEN now() - number * interval '1 second' END
    FROM generate_series(1, ${users}) number`
}
