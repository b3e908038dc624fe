import { z } from 'zod'
import { dropPending, keepSession, origin, pendingSignIn } from '@/app/auth'
import { linkClasses } from '@/components/looks'
import { PlainForm, PlainSubmitButton, PlainTextField } from '@/components/plain-form'
import { codeField } from '@/domain/accounts/factor'
import { readPendingSignIn, signInWithCode } from '@/domain/accounts/pending-sign-in'
import { publicPage, seeOther } from '../../public-page'
import { Support } from '../../support'
import { safePath } from '../safe-path'

/** The second question of the sign-in. Whoever comes without a right password is sent to the first. */
export const { GET, POST } = publicPage(
  async ({ query, sent, words, installation }) => {
    const next = safePath(query.get('next'))
    const pending = await readPendingSignIn(await pendingSignIn())
    if (!pending)
      return seeOther(`/login?notice=sign-in-again${next === '/' ? '' : `&next=${encodeURIComponent(next)}`}`)
    const t = words('loginFactor')
    return {
      title: t('title'),
      body: (
        <>
          <p className="text-sm wrap-anywhere">{t('lead', { email: pending.user.email })}</p>
          <PlainForm sent={sent}>
            <PlainTextField
              sent={sent}
              name="secretCode"
              label={t('code')}
              help={t('help')}
              autoComplete="one-time-code"
              autoCapitalize="none"
              spellCheck={false}
              autoFocus
              required
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
    schema: z.object({ secretCode: codeField }),
    run: async ({ secretCode }, { query }) => {
      await keepSession(await signInWithCode(await pendingSignIn(), secretCode, await origin()))
      await dropPending()
      return seeOther(safePath(query.get('next')))
    },
  },
)
