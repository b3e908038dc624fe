import { keepMark, origin } from '@/app/auth'
import { Notice } from '@/components/notice'
import { previewRules } from '@/components/preview-rules'
import { NewPassword } from '@/domain/accounts/password'
import type { readPasswordReset, resetPassword } from '@/domain/accounts/password-reset'
import { rulesFor } from '@/domain/settings/tenant-password-rules'
import { deadLink } from './dead-link'
import { NewPasswordForm } from './new-password-form'
import { publicPage, seeOther } from './public-page'

type Kind = {
  purpose: 'password-reset' | 'not-me'
  /** Where its texts stand */
  texts: 'resetPassword' | 'notMe'
  read: typeof readPasswordReset
  set: typeof resetPassword
}

/** The page of a link with which the owner of an account sets a new password, and its form. */
export const newPasswordPage = ({ purpose, texts, read, set }: Kind) =>
  publicPage(
    async visit => {
      const { token, viewer, words } = visit
      const { live, dead } = await read(token)
      if (dead) return deadLink(visit, dead, purpose)
      const t = words(texts)
      const email = live.user?.email ?? ''
      const other = viewer && viewer.id !== live.userId ? viewer.email : null
      return {
        title: t('title'),
        script: previewRules,
        opened: { purpose, token },
        body: (
          <>
            {other && <Notice tone="info">{t('somebodyElse', { other, email })}</Notice>}
            <p className="text-sm wrap-anywhere">{t('lead', { email })}</p>
            <NewPasswordForm
              {...visit}
              email={email}
              rules={await rulesFor(live.user?.tenantId)}
              purpose={texts}
            />
          </>
        ),
      }
    },
    {
      schema: NewPassword,
      run: async ({ token, password }, { viewer }) => {
        const { userId } = await set(token, password, await origin())
        await keepMark(userId)
        return seeOther(
          viewer && viewer.id !== userId ? '/profile?notice=password-set' : '/login?notice=password-set',
        )
      },
    },
  )
