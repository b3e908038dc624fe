import { getTranslations } from 'next-intl/server'
import { Section } from '@/components/section'
import { signKindChoices } from '@/domain/settings/password-rules'
import { isStricter, secondFactorPolicies } from '@/domain/settings/second-factor'
import { readTenantRules, tenantFactsOf } from '@/domain/settings/tenant-password-rules'
import type { Viewer } from '@/domain/viewer'
import { found } from '../found'
import { tenantRuleLabels } from './rule-words'
import { TenantRulesForm } from './tenant-rules-form'

type Props = { viewer: Viewer; tenantId: string; title: string }

/** What a tenant asks of passwords, to be read and changed by whoever may. */
export async function TenantRules({ viewer, tenantId, title }: Props) {
  const { tenant, installation } = await found(readTenantRules(viewer, tenantId))
  const [t, settings] = await Promise.all([getTranslations('tenantRules'), getTranslations('settings')])
  const kindsOf = (kinds: number) => settings('signKindsOf', { kinds })
  return (
    <Section title={title} description={t('text')}>
      <TenantRulesForm
        id={tenantId}
        facts={tenantFactsOf(tenant)}
        signKinds={[
          { value: '', label: t('asInstallation', { what: kindsOf(installation.signKinds) }) },
          ...signKindChoices
            .filter(kinds => kinds > 0)
            .map(kinds => ({ value: `${kinds}`, label: kindsOf(kinds) })),
        ]}
        secondFactors={[
          {
            value: '',
            label: t('asInstallation', { what: settings(`secondFactors.${installation.secondFactor}`) }),
          },
          ...secondFactorPolicies
            .filter(policy => isStricter(policy, 'optional'))
            .map(policy => ({ value: policy, label: settings(`secondFactors.${policy}`) })),
        ]}
        secondFactorLabel={{ label: settings('secondFactor'), help: t('secondFactorHelp') }}
        installation={installation}
        labels={await tenantRuleLabels(installation)}
        submit={t('submit')}
      />
    </Section>
  )
}
