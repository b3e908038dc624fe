'use server'

import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import type { Seen } from '@/components/meanwhile'
import { changeTenantRules, TenantRuleFields, tenantFactsOf } from '@/domain/settings/tenant-password-rules'
import { openedField } from '@/lib/meanwhile'
import { saveUnlessChanged } from '../save-unless-changed'
import { ruleWord } from './rule-words'

const Rules = z.object({ id: z.guid(), opened: openedField, ...TenantRuleFields })

/** Saves what a tenant asks of passwords. */
export const saveTenantRulesAction = viewerAction<typeof Rules, Seen>(
  Rules,
  async (viewer, { id, opened, ...rules }) => {
    const [t, labels] = await Promise.all([getTranslations('tenantRules'), getTranslations('settings')])
    return saveUnlessChanged(
      tenantFactsOf(rules),
      async () => tenantFactsOf(await changeTenantRules(viewer, id, rules, opened)),
      {
        message: t('done'),
        words: async (field, value) => ({ label: labels(field), word: await ruleWord(field, value) }),
      },
    )
  },
)
