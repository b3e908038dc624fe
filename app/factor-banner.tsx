import { getTranslations } from 'next-intl/server'
import { Notice } from '@/components/notice'
import { TextLink } from '@/components/text-link'
import { now } from '@/lib/clock'
import { missingFactor } from './auth'
import { moment } from './moment'

/** Says to whoever has to set up a second factor until when, or that nothing else is open to them any more. */
export async function FactorBanner() {
  const until = await missingFactor()
  if (!until) return null
  const t = await getTranslations('profile.security')
  return (
    <div className="mb-6">
      <Notice tone="warning">
        <p>{until <= now() ? t('overdue') : t('due', { moment: await moment(until) })}</p>
        <TextLink href="/profile/security">{t('setUpNow')}</TextLink>
      </Notice>
    </div>
  )
}
