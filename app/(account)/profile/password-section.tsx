import { getTranslations } from 'next-intl/server'
import { installation } from '@/app/installation'
import { moment } from '@/app/moment'
import { Section } from '@/components/section'
import { passwordChangedAt } from '@/domain/accounts/password-reset'
import type { Viewer } from '@/domain/viewer'
import { PasswordForm } from './password-form'

export async function PasswordSection({ viewer }: { viewer: Viewer }) {
  const t = await getTranslations('profile.password')
  const { minimumLength } = await installation()
  const changed = await passwordChangedAt(viewer)
  return (
    <Section title={t('title')} description={changed && t('changed', { moment: await moment(changed) })}>
      <PasswordForm
        email={viewer.email}
        minimumLength={minimumLength}
        labels={{
          oldPassword: t('oldPassword'),
          newPassword: t('newPassword'),
          again: t('again'),
          help: t('help', { length: minimumLength }),
          submit: t('submit'),
        }}
      />
    </Section>
  )
}
