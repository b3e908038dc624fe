import { getTranslations } from 'next-intl/server'
import { moment } from '@/app/moment'
import { ruleWords } from '@/app/password-rule-words'
import { Section } from '@/components/section'
import { passwordEnd } from '@/domain/accounts/password-due'
import { passwordChangedAt } from '@/domain/accounts/password-reset'
import { rulesFor } from '@/domain/settings/tenant-password-rules'
import type { Viewer } from '@/domain/viewer'
import { PasswordForm } from './password-form'

export async function PasswordSection({ viewer }: { viewer: Viewer }) {
  const t = await getTranslations('profile.password')
  const rules = await rulesFor(viewer.tenantId)
  const changed = await passwordChangedAt(viewer)
  const end = changed && passwordEnd(changed, rules)
  const expiry = end ? ` ${t('expires', { moment: await moment(end) })}` : ''
  return (
    <Section
      title={t('title')}
      description={changed && `${t('changed', { moment: await moment(changed) })}${expiry}`}
    >
      <PasswordForm
        email={viewer.email}
        rules={ruleWords(rules, await getTranslations('passwordRules'))}
        labels={{
          oldPassword: t('oldPassword'),
          newPassword: t('newPassword'),
          again: t('again'),
          submit: t('submit'),
        }}
      />
    </Section>
  )
}
