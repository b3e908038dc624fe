import { useLocale, useTranslations } from 'next-intl'
import { Badge } from '@/components/badge'
import { RelativeTime } from '@/components/relative-time'
import { Table, Td, Th, Tr } from '@/components/table'
import { TextLink } from '@/components/text-link'
import { displayName } from '@/domain/accounts/user'
import type { listUsers } from '@/domain/accounts/users'
import { type ListView, listAddress } from '../list-address'
import { chosenUser, manyUsers } from './many-users-form-id'
import { UserBadge } from './user-badge'

type Props = {
  users: Awaited<ReturnType<typeof listUsers>>['users']
  /** The ids of those whose activation mail has failed */
  mailFailed: Set<string>
  view: ListView<string>
  /** Whether tenant and customer are told; who has one tenant knows it. */
  places: boolean
}

export function UserTable({ users, mailFailed, view, places }: Props) {
  const t = useTranslations('users')
  const locale = useLocale()
  const now = new Date()
  return (
    <Table
      label={t('title')}
      head={
        <>
          <Th
            sorted={view.backwards ? 'descending' : 'ascending'}
            turned={listAddress('/users', { ...view, page: 1, backwards: !view.backwards })}
          >
            {t('email')}
          </Th>
          <Th>{t('name')}</Th>
          <Th>{t('state')}</Th>
          <Th>{t('role')}</Th>
          <Th>{places ? t('place') : t('customer')}</Th>
          <Th>{t('lastSignIn')}</Th>
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
            <span className="inline-flex flex-wrap gap-1">
              <UserBadge state={user.state} />
              {mailFailed.has(user.id) && <Badge tone="danger">{t('mailFailed')}</Badge>}
            </span>
          </Td>
          <Td label={t('role')}>{t(`roles.${user.role}`)}</Td>
          <Td clip label={places ? t('place') : t('customer')} className="wide:max-w-44!">
            {[places && user.tenant?.name, user.customer?.name].filter(Boolean).join(' · ')}
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
