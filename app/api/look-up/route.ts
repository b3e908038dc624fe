import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { moment } from '@/app/moment'
import { lookUp } from '@/domain/accounts/look-up'
import { found } from '../../(admin)/found'
import { listView } from '../../(admin)/list-address'
import { userAddress } from '../../(admin)/users/user-address'

export type Place = { href: string; label: string; detail?: string }
export type PlaceGroup = { name: string; places: Place[] }

/** What is found for the letters that somebody types, as places to go to. */
export async function GET(request: Request) {
  const viewer = await requireViewer()
  const { search = '' } = await listView(
    Promise.resolve(Object.fromEntries(new URL(request.url).searchParams)),
  )
  const { users, tenants, customers, mails } = await found(lookUp(viewer, search))
  const t = await getTranslations('navigation')
  const kinds = await getTranslations('outbox.kinds')
  const groups: PlaceGroup[] = [
    {
      name: t('users'),
      places: users.map(({ id, email, name }) => ({
        href: `/users/${id}`,
        label: email,
        detail: name === email ? undefined : name,
      })),
    },
    { name: t('tenants'), places: tenants.map(({ id, name }) => ({ href: `/tenants/${id}`, label: name })) },
    {
      name: t('customers'),
      places: customers.map(({ id, name }) => ({ href: userAddress({ customerId: id }), label: name })),
    },
    {
      name: t('outbox'),
      places: await Promise.all(
        mails.map(async ({ id, recipient, kind, createdAt }) => ({
          href: `/outbox/${id}`,
          label: recipient,
          detail: `${kinds(kind)} · ${await moment(createdAt)}`,
        })),
      ),
    },
  ]
  return Response.json(groups, { headers: { 'Cache-Control': 'no-store' } })
}
