import { ShieldCheck } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { Badge } from '@/components/badge'
import { RelativeTime } from '@/components/relative-time'
import { Table, Td, Th, Tr } from '@/components/table'
import { TextLink } from '@/components/text-link'
import { displayName } from '@/domain/accounts/user'
import type { listUsers, UserSort, UserView } from '@/domain/accounts/user-list'
import { MailStateText } from '../outbox/mail-badge'
import { chosenUser, manyUsers } from './many-users-form-id'
import { userAddress } from './user-address'
import { UserBadge } from './user-badge'

const up = 'ascending' as const
const down = 'descending' as const

type Props = {
  users: Awaited<ReturnType<typeof listUsers>>['users']
  /** The ids of those whose activation mail has failed */
  mailFailed: Set<string>
  view: UserView
  /** Whether tenant and customer are told; who has one tenant knows it. */
  places: boolean
}

export function UserTable({ users, mailFailed, view, places }: Props) {
  const t = useTranslations('users')
  const locale = useLocale()
  const now = new Date()
  const { sort = 'email', backwards = false } = view
  const order = (by: UserSort) => ({
    sorted: by === sort ? (backwards === (by === 'sign-in') ? up : down) : undefined,
    turned: userAddress({
      ...view,
      before: undefined,
      after: undefined,
      sort: by === 'email' ? undefined : by,
      backwards: by === sort ? !backwards : false,
    }),
  })
  const placeOf = ({ tenant, customer }: Props['users'][number]) =>
    [places && tenant?.name, customer?.name].filter(Boolean).join(' · ')
  return (
    <Table
      label={t('title')}
      head={
        <>
          <Th {...order('email')}>{t('email')}</Th>
          <Th {...order('name')}>{t('name')}</Th>
          <Th>{t('state')}</Th>
          <Th>{places ? t('roleAndPlace') : t('roleAndCustomer')}</Th>
          <Th>{t('lastMail')}</Th>
          <Th {...order('sign-in')}>{t('lastSignIn')}</Th>
        </>
      }
    >
      {users.map(user => (
        <Tr key={user.id}>
          <Td clip title={user.email} className="wide:max-w-60!">
            <input
              type="checkbox"
              form={manyUsers}
              name={`${chosenUser}${user.id}`}
              aria-label={t('many.choose', { email: user.email })}
              className="relative z-1 mr-3 size-4 align-[-2px] accent-accent"
            />
            <TextLink href={`/users/${user.id}`}>{user.email}</TextLink>
          </Td>
          <Td clip label={t('name')} title={displayName(user)} className="wide:max-w-40!">
            {displayName(user)}
          </Td>
          <Td label={t('state')}>
            <span className="inline-flex flex-wrap items-center gap-1">
              <UserBadge state={user.state} />
              {user.secondFactor && (
                <ShieldCheck role="img" aria-label={t('withFactor')} className="size-4 text-success" />
              )}
              {mailFailed.has(user.id) && <Badge tone="danger">{t('mailFailed')}</Badge>}
            </span>
          </Td>
          <Td label={t('role')} className="wide:max-w-48">
            {t(`roles.${user.role}`)}
            {(places ? user.tenant : user.customer) && (
              <span
                className="block truncate text-muted text-xs max-wide:ml-3 max-wide:inline"
                title={placeOf(user)}
              >
                {placeOf(user)}
              </span>
            )}
          </Td>
          <Td named label={t('lastMail')}>
            {user.lastMail && (
              <>
                <MailStateText mail={user.lastMail} />
                <TextLink
                  href={`/outbox/${user.lastMail.id}`}
                  className="block text-muted text-xs max-wide:ml-1.5 max-wide:inline"
                >
                  <RelativeTime date={user.lastMail.createdAt} now={now} locale={locale} />
                </TextLink>
              </>
            )}
          </Td>
          <Td named label={t('lastSignIn')}>
            {user.lastSignInAt ? (
              <RelativeTime date={user.lastSignInAt} now={now} locale={locale} />
            ) : (
              <span className="text-muted">{t('never')}</span>
            )}
          </Td>
        </Tr>
      ))}
    </Table>
  )
}
