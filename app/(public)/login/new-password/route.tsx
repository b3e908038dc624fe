import { dropPending, keepSession, origin, pendingSignIn } from '@/app/auth'
import { linkClasses } from '@/components/looks'
import { PlainForm, PlainSubmitButton } from '@/components/plain-form'
import { previewRules } from '@/components/preview-rules'
import { signInWithNewPassword } from '@/domain/accounts/new-password'
import { TwicePassword } from '@/domain/accounts/password'
import { readPendingSignIn } from '@/domain/accounts/pending-sign-in'
import { rulesFor } from '@/domain/settings/tenant-password-rules'
import { NewPasswordFields } from '../../new-password-form'
import { publicPage, seeOther } from '../../public-page'
import { Support } from '../../support'
import { stepOf } from '../go-on'
import { safePath } from '../safe-path'

/** The last question of a sign-in whose password has to be changed. Whoever has not come so far is sent back. */
export const { GET, POST } = publicPage(
  async visit => {
    const { query, sent, words, installation } = visit
    const next = safePath(query.get('next'))
    const pending = await readPendingSignIn(await pendingSignIn())
    if (!pending) return seeOther(stepOf('/login?notice=sign-in-again', next))
    if (pending.wants === 'factor') return seeOther(stepOf('/login/factor', next))
    const { user, due } = pending
    const t = words('newPassword')
    return {
      title: t('title'),
      script: previewRules,
      body: (
        <>
          <p className="text-sm wrap-anywhere">{t('lead', { reason: due ?? 'other', email: user.email })}</p>
          <PlainForm sent={sent}>
            <input type="email" name="username" value={user.email} autoComplete="username" readOnly hidden />
            <NewPasswordFields
              {...visit}
              rules={await rulesFor(user.tenantId)}
              purpose="newPassword"
              autoFocus
            />
            <div className="flex flex-wrap items-center justify-between gap-3">
              <PlainSubmitButton>{t('submit')}</PlainSubmitButton>
              <span className="text-sm">
                <a href="/login" className={linkClasses}>
                  {t('elsewhere')}
                </a>
              </span>
            </div>
          </PlainForm>
        </>
      ),
      footer: <Support words={words} installation={installation} />,
    }
  },
  {
    schema: TwicePassword,
    run: async ({ password }, { query }) => {
      await keepSession(await signInWithNewPassword(await pendingSignIn(), password, await origin()))
      await dropPending()
      return seeOther(safePath(query.get('next')))
    },
  },
)
