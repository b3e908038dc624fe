import { getTranslations } from 'next-intl/server'
import { moment } from '@/app/moment'
import { Section } from '@/components/section'
import { pendingEmailChange } from '@/domain/accounts/email-change'
import type { Viewer } from '@/domain/viewer'
import { EmailForms } from './email-forms'

export async function EmailSection({ viewer }: { viewer: Viewer }) {
  const t = await getTranslations('profile.email')
  const pending = await pendingEmailChange(viewer)
  return (
    <Section title={t('title')} description={t('text', { email: viewer.email })}>
      <EmailForms
        email={viewer.email}
        waiting={
          pending &&
          t('pending', {
            newEmail: pending.newEmail,
            email: viewer.email,
            moment: await moment(pending.expiresAt),
          })
        }
        labels={{
          newEmail: t('newEmail'),
          currentPassword: t('currentPassword'),
          help: t('help'),
          submit: t('submit'),
          cancel: t('cancel'),
        }}
      />
    </Section>
  )
}
