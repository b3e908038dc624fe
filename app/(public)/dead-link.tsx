import { buttonClasses, linkClasses } from '@/components/looks'
import { Notice } from '@/components/notice'
import type { DeadLink, Purpose } from '@/domain/links/link-token'
import { lifetimeIn } from '../lifetime'
import { LinkRequestForm } from './link-request-form'
import type { Shown, Visit } from './public-page'
import { Support } from './support'

/**
 * A link that does not work says why, and helps on. Whether there is an account, it does not tell: a new
 * link goes to the address that is typed, if that has one.
 */
export function deadLink({ sent, words, installation }: Visit, dead: DeadLink, purpose: Purpose): Shown {
  const t = words('deadLink')
  const hours = purpose === 'password-reset' ? installation.resetHours : installation.activationHours
  const span = lifetimeIn(words('lifetime'), hours)
  const mailed = purpose === 'activation' || purpose === 'password-reset' || purpose === 'not-me'
  return {
    title: t(`${dead}.title`),
    body: (
      <>
        <Notice tone="warning" role="alert">
          {t(`${dead}.${purpose}`, { span })}
        </Notice>
        {/* Who has used it has a password. */}
        {dead === 'used' && mailed && (
          <p>
            <a href="/login" className={buttonClasses('primary')}>
              {t('signIn')}
            </a>
          </p>
        )}
        {mailed && (
          <>
            <p className="text-sm">{t('newLink')}</p>
            <LinkRequestForm sent={sent} labels={{ email: t('email'), submit: t('submit') }} />
          </>
        )}
        {purpose === 'email-change' && (
          <p className="text-sm">
            <a href="/profile" className={linkClasses}>
              {t('profile')}
            </a>
          </p>
        )}
      </>
    ),
    footer: (
      <>
        {!(dead === 'used' && mailed) && (
          <a href="/login" className={linkClasses}>
            {t('signIn')}
          </a>
        )}
        <Support words={words} installation={installation} />
      </>
    ),
  }
}
