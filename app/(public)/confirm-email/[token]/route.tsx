import { z } from 'zod'
import { mustBeFor } from '@/app/viewer-action'
import { buttonClasses } from '@/components/looks'
import { Notice } from '@/components/notice'
import { PlainForm, PlainSubmitButton } from '@/components/plain-form'
import { confirmEmailChange, readEmailChange } from '@/domain/accounts/email-change'
import { renderedForName } from '@/lib/rendered-for'
import { deadLink } from '../../dead-link'
import { publicPage, seeOther } from '../../public-page'

const signInFirst = (token: string) => `/login?next=/confirm-email/${encodeURIComponent(token)}`

export const { GET, POST } = publicPage(
  async visit => {
    const { token, viewer, sent, words } = visit
    const { live, dead } = await readEmailChange(token)
    if (dead) return deadLink(visit, dead, 'email-change')
    const t = words('confirmEmail')
    const shown = { title: t('title'), opened: { purpose: 'email-change', token } } as const
    if (!viewer || viewer.id !== live.userId)
      return {
        ...shown,
        body: (
          <>
            <Notice tone="info">
              {viewer ? t('somebodyElse', { other: viewer.email }) : t('signInFirst')}
            </Notice>
            {viewer ? (
              <a href="/profile" className={buttonClasses()}>
                {t('toProfile')}
              </a>
            ) : (
              <a href={signInFirst(token)} className={buttonClasses('primary')}>
                {t('signIn')}
              </a>
            )}
          </>
        ),
      }
    return {
      ...shown,
      body: (
        <>
          <p className="text-sm wrap-anywhere">
            {t('lead', { oldEmail: viewer.email, newEmail: live.newEmail ?? '' })}
          </p>
          <PlainForm sent={sent}>
            <input type="hidden" name={renderedForName} value={viewer.id} />
            <input type="hidden" name="token" value={token} />
            <PlainSubmitButton>{t('submit')}</PlainSubmitButton>
          </PlainForm>
        </>
      ),
    }
  },
  {
    schema: z.object({ token: z.string() }),
    run: async ({ token }, { viewer }, formData) => {
      if (!viewer) return seeOther(signInFirst(token))
      mustBeFor(viewer, formData)
      await confirmEmailChange(viewer, token)
      return seeOther('/profile?notice=email-confirmed')
    },
  },
)
