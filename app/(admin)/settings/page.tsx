import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { getFormatter, getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { PageHeader } from '@/components/page-header'
import { Section } from '@/components/section'
import { disposablePolicies } from '@/domain/settings/email-domains'
import { declaredSettings, factsOf, offOrOn, readSettings } from '@/domain/settings/installation'
import { signKindChoices } from '@/domain/settings/password-rules'
import { secondFactorPolicies } from '@/domain/settings/second-factor'
import { builtInAccent } from '@/lib/accent'
import { env } from '@/lib/env'
import { locales } from '@/lib/i18n/locales'
import { found } from '../found'
import type { SearchParams } from '../list-address'
import { installationRuleLabels } from '../password-rules/rule-words'
import { BaseUrlCheck } from './base-url'
import { DisposableList } from './disposable-list'
import { LogoForm } from './logo-form'
import { SettingsForm } from './settings-form'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('settings'))('title') }
}

export default async function SettingsPage({ searchParams }: { searchParams: SearchParams }) {
  const viewer = await requireViewer()
  const settings = await found(readSettings(viewer))
  const t = await getTranslations('settings')
  const format = await getFormatter()
  const languages = await getTranslations('users.languages')
  return (
    <div className="max-w-form">
      <PageHeader title={t('title')} description={t('lead')} />
      <SettingsForm
        facts={factsOf(settings)}
        declared={await declaredSettings()}
        hours={{
          activationHours: format.number(settings.activationHours, { useGrouping: false }),
          resetHours: format.number(settings.resetHours, { useGrouping: false }),
        }}
        builtInAccent={builtInAccent}
        languages={locales.map(locale => ({ value: locale, label: languages(locale) }))}
        secondFactors={secondFactorPolicies.map(value => ({ value, label: t(`secondFactors.${value}`) }))}
        disposables={disposablePolicies.map(value => ({ value, label: t(`disposables.${value}`) }))}
        offOrOn={offOrOn.map(value => ({ value, label: t(`signInAsChoices.${value}`) }))}
        labels={{
          who: t('who'),
          whoText: t('whoText'),
          name: t('name'),
          nameHelp: t('nameHelp'),
          supportAddress: t('supportAddress'),
          supportAddressHelp: t('supportAddressHelp'),
          locale: t('locale'),
          localeHelp: t('localeHelp'),
          look: t('look'),
          lookText: t('lookText'),
          accent: t('accent'),
          accentHelp: t('accentHelp'),
          accentPick: t('accentPick'),
          accounts: t('accounts'),
          accountsText: t('accountsText'),
          activationHours: t('activationHours'),
          activationHoursHelp: t('activationHoursHelp'),
          resetHours: t('resetHours'),
          resetHoursHelp: t('resetHoursHelp'),
          secondFactor: t('secondFactor'),
          secondFactorHelp: t('secondFactorHelp'),
          addresses: t('addresses'),
          addressesText: t('addressesText'),
          allowedDomains: t('allowedDomains'),
          allowedDomainsHelp: t('allowedDomainsHelp'),
          blockedDomains: t('blockedDomains'),
          blockedDomainsHelp: t('blockedDomainsHelp'),
          disposable: t('disposable'),
          disposableHelp: t('disposableHelp'),
          passwords: t('passwords'),
          passwordsText: t('passwordsText'),
          sessions: t('sessions'),
          sessionsText: t('sessionsText'),
          sessionIdleHours: t('sessionIdleHours'),
          sessionIdleHoursHelp: t('sessionIdleHoursHelp'),
          sessionDays: t('sessionDays'),
          sessionDaysHelp: t('sessionDaysHelp'),
          signInAs: t('signInAs'),
          signInAsHelp: t('signInAsHelp'),
          submit: t('submit'),
        }}
        signKinds={signKindChoices.map(kinds => ({ value: `${kinds}`, label: t('signKindsOf', { kinds }) }))}
        ruleLabels={await installationRuleLabels()}
      />
      <LogoForm searchParams={searchParams} />
      <BaseUrl />
      <DisposableList viewer={viewer} searchParams={searchParams} />
    </div>
  )
}

/** Where links lead, and whether that is where people are. */
async function BaseUrl() {
  const t = await getTranslations('settings.baseUrl')
  const { appUrl } = env()
  const host = (await headers()).get('host') ?? ''
  return (
    <div className="mt-8">
      <Section title={t('title')} description={t('text')}>
        <p className="font-medium wrap-anywhere">{appUrl}</p>
        <BaseUrlCheck
          links={appUrl}
          host={host}
          words={{
            agree: t('agree'),
            differ: t('differ', { seen: '{seen}', links: appUrl }),
            differText: t('differText'),
            unsure: t('unsure', { host }),
          }}
        />
      </Section>
    </div>
  )
}
