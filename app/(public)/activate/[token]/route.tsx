import { keepSession, origin } from '@/app/auth'
import { Notice } from '@/components/notice'
import { previewRules } from '@/components/preview-rules'
import { activate, readActivation } from '@/domain/accounts/activation'
import { NewPassword } from '@/domain/accounts/password'
import { displayName } from '@/domain/accounts/user'
import { rulesFor } from '@/domain/settings/tenant-password-rules'
import { deadLink } from '../../dead-link'
import { NewPasswordForm } from '../../new-password-form'
import { publicPage, seeOther } from '../../public-page'

export const { GET, POST } = publicPage(
  async visit => {
    const { token, viewer, words } = visit
    const { live, dead } = await readActivation(token)
    if (dead) return deadLink(visit, dead, 'activation')
    const t = words('activate')
    const email = live.user?.email ?? ''
    return {
      title: t('title'),
      script: previewRules,
      opened: { purpose: 'activation', token },
      body: (
        <>
          {viewer && <Notice tone="info">{t('somebodyElse', { other: viewer.email, email })}</Notice>}
          <p className="text-sm wrap-anywhere">
            {t('lead', { name: (live.user && displayName(live.user)) || 'none', email })}
          </p>
          <NewPasswordForm
            {...visit}
            email={email}
            rules={await rulesFor(live.user?.tenantId)}
            purpose="activate"
          />
        </>
      ),
    }
  },
  {
    schema: NewPassword,
    run: async ({ token, password }) => {
      const { live } = await readActivation(token)
      await keepSession(await activate(token, password, await origin()))
      // An administrator has work to do; whoever has none sees what is theirs.
      return seeOther(`${live?.user?.role === 'customer_user' ? '/profile' : '/'}?notice=activated`)
    },
  },
)
