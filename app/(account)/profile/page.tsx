import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { PageHeader } from '@/components/page-header'
import { PassingNotice } from '@/components/passing-notice'
import { Section } from '@/components/section'
import { displayName } from '@/domain/accounts/user'
import { locales } from '@/lib/i18n/locales'
import { EmailSection } from './email-section'
import { PasswordSection } from './password-section'
import { PersonForm } from './person-form'
import { SecuritySection } from './security-section'
import { SessionSection } from './session-section'

type Props = { searchParams: Promise<{ notice?: string }> }

const notices = ['activated', 'email-confirmed', 'password-set']

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('profile'))('title') }
}

export default async function ProfilePage({ searchParams }: Props) {
  const viewer = await requireViewer()
  const { notice } = await searchParams
  const t = await getTranslations('profile')
  return (
    <div className="max-w-form">
      <PageHeader
        title={t('title')}
        description={[displayName(viewer), viewer.email, t(`roles.${viewer.role}`)]
          .filter(Boolean)
          .join(' · ')}
      />
      <div className="space-y-6">
        {notice && notices.includes(notice) && (
          <PassingNotice tone="success">{t(`notices.${notice}`, { email: viewer.email })}</PassingNotice>
        )}
        <Section title={t('person.title')} description={t('person.text')}>
          <PersonForm
            person={{ firstName: viewer.firstName, lastName: viewer.lastName, locale: viewer.locale }}
            languages={locales.map(locale => ({ value: locale, label: t(`languages.${locale}`) }))}
            labels={{
              firstName: t('person.firstName'),
              lastName: t('person.lastName'),
              language: t('person.language'),
              submit: t('person.submit'),
            }}
          />
        </Section>
        <EmailSection viewer={viewer} />
        <PasswordSection viewer={viewer} />
        <SecuritySection />
        <SessionSection viewer={viewer} />
      </div>
    </div>
  )
}
