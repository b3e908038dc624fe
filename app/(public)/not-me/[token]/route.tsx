import { keepMark, origin } from '@/app/auth'
import { Notice } from '@/components/notice'
import { previewRules } from '@/components/preview-rules'
import { NewPassword } from '@/domain/accounts/password'
import { readNotMe, resetAsNotMe } from '@/domain/accounts/password-reset'
import { rulesFor } from '@/domain/settings/tenant-password-rules'
import { deadLink } from '../../dead-link'
import { NewPasswordForm } from '../../new-password-form'
import { publicPage, seeOther } from '../../public-page'

/** Where the link "This was not me" leads: a typed password ends all sessions. */
export const { GET, POST } = publicPage(
  async visit => {
    const { token, viewer, words } = visit
    const { live, dead } = await readNotMe(token)
    if (dead) return deadLink(visit, dead, 'not-me')
    const t = words('notMe')
    const email = live.user?.email ?? ''
    const other = viewer && viewer.id !== live.userId ? viewer.email : null
    return {
      title: t('title'),
      script: previewRules,
      opened: { purpose: 'not-me', token },
      body: (
        <>
          {other && <Notice tone="info">{t('somebodyElse', { other, email })}</Notice>}
          <p className="text-sm wrap-anywhere">{t('lead', { email })}</p>
          <NewPasswordForm
            {...visit}
            email={email}
            rules={await rulesFor(live.user?.tenantId)}
            purpose="notMe"
          />
        </>
      ),
    }
  },
  {
    schema: NewPassword,
    run: async ({ token, password }, { viewer }) => {
      const { userId } = await resetAsNotMe(token, password, await origin())
      await keepMark(userId)
      return seeOther(
        viewer && viewer.id !== userId ? '/profile?notice=password-set' : '/login?notice=password-set',
      )
    },
  },
)
