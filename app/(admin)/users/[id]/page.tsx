import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { installation } from '@/app/installation'
import { lifetimeWords } from '@/app/lifetime'
import { moment } from '@/app/moment'
import { DescriptionList } from '@/components/description-list'
import { Link } from '@/components/link'
import { buttonClasses } from '@/components/looks'
import { Notice } from '@/components/notice'
import { PageHeader } from '@/components/page-header'
import { PassingNotice } from '@/components/passing-notice'
import { Section } from '@/components/section'
import { TextLink } from '@/components/text-link'
import { liveActivation } from '@/domain/accounts/activation'
import { pendingEmailChangeOf } from '@/domain/accounts/email-change'
import { initialPasswordEnd } from '@/domain/accounts/password-due'
import { repeatedRequests } from '@/domain/accounts/recent-mail'
import { canSignInAs } from '@/domain/accounts/sign-in-as'
import { displayName } from '@/domain/accounts/user'
import { factsOf } from '@/domain/accounts/user-change'
import { grantableRoles, readUser } from '@/domain/accounts/users'
import { mailsOfUser } from '@/domain/mail-log/mail'
import { placesFor } from '@/domain/tenancy/tenants'
import { mayManage } from '@/domain/viewer'
import { now } from '@/lib/clock'
import { locales } from '@/lib/i18n/locales'
import { auditAddress } from '../../audit/audit-address'
import { DeleteForm } from '../../delete-form'
import { found, idIn } from '../../found'
import { KeepFresh } from '../../keep-fresh'
import { mailNews } from '../../mail-news'
import { freshness } from '../../outbox/freshness'
import { placeLabels } from '../place-labels'
import { UserBadge } from '../user-badge'
import { deleteUserAction } from './actions'
import { ChangeEmail } from './change-email'
import { CorrectAddress } from './correct-address'
import { FactorSection } from './factor-section'
import { RepeatedRequests } from './repeated-requests'
import { UserActions } from './user-actions'
import { UserForm } from './user-form'
import { UserMails } from './user-mails'

type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ notice?: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const user = await found(readUser(await requireViewer(), await idIn(params)))
  return { title: displayName(user) || user.email }
}

export default async function UserPage({ params, searchParams }: Props) {
  const viewer = await requireViewer()
  const user = await found(readUser(viewer, await idIn(params)))
  const mails = await mailsOfUser(viewer, user.id)
  const requests = await repeatedRequests(
    viewer,
    user.id,
    mails.map(({ id }) => id),
  )
  const t = await getTranslations('users')
  const pending = user.state === 'pending'
  const invitation = mails.find(({ kind }) => kind === 'activation')
  const link = pending ? await liveActivation(viewer, user.id) : null
  const manageable = mayManage(viewer, user) && user.id !== viewer.id
  const { notice = '' } = await searchParams
  const reset = mails.find(({ kind }) => kind === 'password-reset')
  const none = { tone: 'info' as const, text: t('noInvitation'), well: false }
  const news = {
    activation: invitation ? await mailNews(viewer, invitation) : pending ? none : undefined,
    'password-reset': reset && (await mailNews(viewer, reset)),
  }
  const name = displayName(user)
  const initialEnd = user.credential?.initial ? await initialPasswordEnd(user.credential.changedAt) : null
  return (
    <>
      <KeepFresh every={freshness(mails)} />
      <PageHeader
        title={name || user.email}
        description={name ? user.email : undefined}
        badge={<UserBadge state={user.state} />}
        back={{ href: '/users', label: t('title') }}
      />
      <div className="space-y-6">
        <PassingNotice shown={notice === 'added-with-password'} tone="success">
          {t('addedWithPassword')}
        </PassingNotice>
        {initialEnd && (
          <Notice tone={initialEnd > now() ? 'info' : 'warning'}>
            {t(initialEnd > now() ? 'initialUntil' : 'initialEnded', { moment: await moment(initialEnd) })}
          </Notice>
        )}
        {manageable && (
          <UserActions
            userId={user.id}
            state={user.state}
            passing={pending && ['added', 'corrected', 'resent'].includes(notice)}
            news={news}
            labels={{
              resend: t('resend'),
              copyLink: t('copyLink'),
              showQr: t('showQr'),
              sendReset: t('sendReset'),
              copyReset: t('copyReset'),
              resetLink: t('resetLink'),
              resetReady: t('resetReady', { span: await lifetimeWords((await installation()).resetHours) }),
              disable: t('disable'),
              enable: t('enable'),
              activationLink: t('activationLink'),
              copy: t('copy'),
              linkReady: t('linkReady'),
              olderLinks: t('olderLinks'),
              help: t('handOver'),
              another: t('new.another'),
            }}
          />
        )}
        {(await canSignInAs(viewer, user.id)) && (
          <p>
            <Link href={`/users/${user.id}/sign-in-as`} className={buttonClasses()}>
              {t('signInAs.open')}
            </Link>
          </p>
        )}
        {pending && !manageable && news.activation && !news.activation.well && (
          <Notice tone={news.activation.tone}>{news.activation.text}</Notice>
        )}
        {pending && manageable && (
          <details
            open={invitation?.state === 'failed'}
            className="rounded-lg border border-line bg-surface p-5"
          >
            <summary className="w-fit font-medium">{t('correction.title')}</summary>
            <div className="mt-4 max-w-form">
              <CorrectAddress userId={user.id} email={user.email} tellAt="user" />
            </div>
          </details>
        )}
        {manageable && (
          <Section title={t('account')}>
            <div className="max-w-form">
              <UserForm
                userId={user.id}
                facts={factsOf(user)}
                roles={grantableRoles(viewer).map(role => ({ value: role, label: t(`roles.${role}`) }))}
                tenants={await placesFor(viewer)}
                choosesTenant={viewer.role === 'system_administrator'}
                languages={locales.map(locale => ({ value: locale, label: t(`languages.${locale}`) }))}
                labels={{
                  ...(await placeLabels()),
                  firstName: t('firstName'),
                  lastName: t('lastName'),
                  language: t('language'),
                  submit: t('save'),
                }}
              />
            </div>
          </Section>
        )}
        {user.state === 'active' && manageable && (
          <details className="rounded-lg border border-line bg-surface p-5">
            <summary className="w-fit font-medium">{t('emailChange.title')}</summary>
            <div className="mt-4 max-w-form">
              <ChangeEmail
                userId={user.id}
                email={user.email}
                waiting={await pendingEmailChangeOf(viewer, user.id)}
              />
            </div>
          </details>
        )}
        <Section title={manageable ? t('facts') : t('account')}>
          <DescriptionList
            items={[
              { term: t('email'), value: user.email },
              ...(manageable
                ? []
                : [
                    { term: t('name'), value: name },
                    { term: t('role'), value: t(`roles.${user.role}`) },
                    { term: t('tenant'), value: user.tenant?.name },
                    { term: t('customer'), value: user.customer?.name },
                    { term: t('language'), value: t(`languages.${user.locale}`) },
                  ]),
              {
                term: t('lastSignIn'),
                value: user.lastSignInAt ? await moment(user.lastSignInAt) : t('never'),
              },
              { term: t('since'), value: await moment(user.createdAt) },
              {
                term: t('activationLink'),
                value: pending
                  ? link
                    ? t('linkUntil', { moment: await moment(link.expiresAt) })
                    : t('noLink')
                  : null,
              },
            ]}
          />
          <p className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
            <TextLink href={auditAddress({ search: user.email })}>{t('toAudit')}</TextLink>
            {user.id === viewer.id && <TextLink href="/profile">{t('toProfile')}</TextLink>}
          </p>
        </Section>
        {manageable && user.state !== 'pending' && <FactorSection viewer={viewer} user={user} />}
        <UserMails viewer={viewer} email={user.email} mails={mails} />
        <RepeatedRequests requests={requests} />
        {manageable && (
          <Section title={t('deletion.title')} description={t('deletion.text')} danger>
            <DeleteForm
              action={deleteUserAction}
              name="userId"
              id={user.id}
              labels={{
                submit: t('deletion.submit'),
                question: t('deletion.question', { name: name || user.email }),
                explanation: t('deletion.explanation'),
              }}
            />
          </Section>
        )}
      </div>
    </>
  )
}
