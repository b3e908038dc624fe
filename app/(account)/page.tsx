import type { Metadata } from 'next'
import { getLocale, getTimeZone, getTranslations } from 'next-intl/server'
import { Suspense } from 'react'
import { requireViewer } from '@/app/auth'
import { LinkButton } from '@/components/button'
import { DescriptionList } from '@/components/description-list'
import { PageHeader } from '@/components/page-header'
import { PassingNotice } from '@/components/passing-notice'
import { Section } from '@/components/section'
import { readFirstSteps } from '@/domain/accounts/first-steps'
import { listSessions } from '@/domain/accounts/session'
import { displayName } from '@/domain/accounts/user'
import { readOverview } from '@/domain/mail-log/overview'
import { readPlace } from '@/domain/tenancy/tenants'
import type { Viewer } from '@/domain/viewer'
import { OverviewNumbers } from '../(admin)/outbox/overview-numbers'
import { Attention } from './attention'
import { FirstSteps } from './first-steps'

type Props = { searchParams: Promise<{ notice?: string }> }

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('start'))('title') }
}

/** Where everybody begins: what needs attention, how it goes, and what is left to do. */
export default async function StartPage({ searchParams }: Props) {
  const viewer = await requireViewer()
  const t = await getTranslations('start')
  const { notice } = await searchParams
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('welcome', { name: displayName(viewer) || viewer.email })}
      />
      <div className="space-y-6">
        {notice === 'activated' && (
          <PassingNotice tone="success">{t('activated', { email: viewer.email })}</PassingNotice>
        )}
        {viewer.role !== 'customer_user' && <Administration viewer={viewer} />}
        <Account viewer={viewer} />
      </div>
    </>
  )
}

async function Administration({ viewer }: { viewer: Viewer }) {
  const steps = viewer.role === 'system_administrator' ? await readFirstSteps(viewer) : null
  const overview = await readOverview(viewer, 'day', await getTimeZone())
  return (
    <>
      {steps && (
        <Suspense>
          <FirstSteps viewer={viewer} steps={steps} />
        </Suspense>
      )}
      <Attention viewer={viewer} overview={overview} />
      <OverviewNumbers overview={overview} />
    </>
  )
}

async function Account({ viewer }: { viewer: Viewer }) {
  const t = await getTranslations('start.account')
  const roles = await getTranslations('profile.roles')
  const { tenant, customer } = await readPlace(viewer)
  const sessions = (await listSessions(viewer)).length
  const locale = await getLocale()
  return (
    <Section title={t('title')} aside={<LinkButton href="/profile">{t('link')}</LinkButton>}>
      <DescriptionList
        items={[
          { term: t('name'), value: displayName(viewer) },
          { term: t('email'), value: viewer.email },
          { term: t('role'), value: roles(viewer.role) },
          { term: t('tenant'), value: tenant },
          { term: t('customer'), value: customer },
          { term: t('sessions'), value: sessions.toLocaleString(locale) },
        ]}
      />
    </Section>
  )
}
