import { getTranslations } from 'next-intl/server'
import { Section } from '@/components/section'
import { TextLink } from '@/components/text-link'

/** The way to the second factor. */
export async function SecuritySection() {
  const t = await getTranslations('profile.security')
  return (
    <Section title={t('title')} description={t('lead')}>
      <div>
        <TextLink href="/profile/security">{t('link')}</TextLink>
      </div>
    </Section>
  )
}
