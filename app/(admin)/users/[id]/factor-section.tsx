import { getTranslations } from 'next-intl/server'
import { Section } from '@/components/section'
import { factorsOfUser } from '@/domain/accounts/factor'
import { displayName } from '@/domain/accounts/user'
import type { Viewer } from '@/domain/viewer'
import type { User } from '@/generated/prisma/client'
import { RemoveFactorForm } from './remove-factor-form'

/** Whether a user has a second factor, and the way out for whoever has lost it. */
export async function FactorSection({ viewer, user }: { viewer: Viewer; user: User }) {
  const t = await getTranslations('users.factor')
  const { factors } = await factorsOfUser(viewer, user.id)
  const apps = factors.filter(({ kind }) => kind === 'totp').length
  const passkeys = factors.length - apps
  return (
    <Section title={t('title')} description={factors.length > 0 ? t('text') : undefined}>
      <p>
        {factors.length === 0
          ? t('none')
          : t('kinds', { apps, passkeys, both: apps > 0 && passkeys > 0 ? 'yes' : 'no' })}
      </p>
      <RemoveFactorForm
        userId={user.id}
        removable={factors.length > 0}
        labels={{
          submit: t('remove'),
          question: t('question', { name: displayName(user) || user.email }),
          explanation: t('explanation'),
        }}
      />
    </Section>
  )
}
