// What stands in the form of a rule.

import { newRuleSettings, type RuleSettings } from '@/domain/alarms/rule-settings'
import type { Rule } from '@/domain/alarms/rules'

export type RuleValues = { id?: string; name: string; settings: RuleSettings }

export const valuesOf = (rule: Rule | null): RuleValues => ({
  id: rule?.id,
  name: rule?.name ?? '',
  settings: rule?.settings ?? newRuleSettings,
})
