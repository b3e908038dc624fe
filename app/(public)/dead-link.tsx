import { getTranslations } from 'next-intl/server'
import { Card } from '@/components/card'
import { Notice } from '@/components/notice'
import { TextLink } from '@/components/text-link'
import type { DeadLink, Purpose } from '@/domain/links/link-token'
import { LinkRequestForm } from './forgot-password/link-request-form'

/**
 * A link that does not work says why, and helps on. Whether there is an account, it does not tell: a new
 * link goes to the address that is typed, if that has one.
 */
export async function DeadLinkCard({ dead, purpose }: { dead: DeadLink; purpose: Purpose }) {
  const t = await getTranslations('deadLink')
  const mailed = purpose === 'activation' || purpose === 'password-reset'
  return (
    <Card title={t(`${dead}.title`)} footer={<TextLink href="/login">{t('signIn')}</TextLink>}>
      <Notice tone="warning" role="alert">
        {t(`${dead}.${purpose}`)}
      </Notice>
      {mailed && (
        <>
          <p className="text-sm">{t('newLink')}</p>
          <LinkRequestForm labels={{ email: t('email'), submit: t('submit') }} />
        </>
      )}
      {purpose === 'email-change' && (
        <p className="text-sm">
          <TextLink href="/profile">{t('profile')}</TextLink>
        </p>
      )}
    </Card>
  )
}
