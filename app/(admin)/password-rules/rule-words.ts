import { getTranslations } from 'next-intl/server'
import { daysAtMost, type PasswordRules, rememberedAtMost } from '@/domain/settings/password-rules'
import type { RuleLabels } from './password-rule-fields'

/** What the fields of the installation's rules are called, and what is said below them. */
export async function installationRuleLabels(): Promise<RuleLabels> {
  const t = await getTranslations('settings')
  return {
    minimumLength: { label: t('minimumLength'), help: t('minimumLengthHelp') },
    signKinds: { label: t('signKinds'), help: t('signKindsHelp') },
    rememberedPasswords: {
      label: t('rememberedPasswords'),
      help: t('rememberedPasswordsHelp', { most: rememberedAtMost }),
    },
    passwordDays: { label: t('passwordDays'), help: t('passwordDaysHelp', { most: daysAtMost }) },
    renewWeaker: { label: t('renewWeaker'), help: t('renewWeakerHelp') },
  }
}

/** The same of a tenant's rules, which say what the installation asks for. */
export async function tenantRuleLabels(installation: PasswordRules): Promise<RuleLabels> {
  const [t, rules] = await Promise.all([getTranslations('settings'), getTranslations('tenantRules')])
  const numbers = ['minimumLength', 'rememberedPasswords', 'passwordDays'] as const
  const [minimumLength, rememberedPasswords, passwordDays] = numbers.map(rule => ({
    label: t(rule),
    help: rules(`help.${rule}`, { installation: installation[rule] }),
  })) as [RuleLabels[Rule], RuleLabels[Rule], RuleLabels[Rule]]
  return {
    ...{ minimumLength, rememberedPasswords, passwordDays },
    signKinds: { label: t('signKinds'), help: t('signKindsHelp') },
    renewWeaker: {
      label: t('renewWeaker'),
      help: installation.renewWeaker ? rules('renewedAlready') : t('renewWeakerHelp'),
    },
  }
}

type Rule = keyof RuleLabels

/** The value of a rule in words. */
export async function ruleWord(rule: string, value: string): Promise<string> {
  const t = await getTranslations('settings')
  if (rule === 'signKinds') return value && t('signKindsOf', { kinds: Number(value) })
  if (rule === 'secondFactor') return value && t(`secondFactors.${value}`)
  return rule === 'renewWeaker' ? t(value === 'true' ? 'yes' : 'no') : value
}
