import { z } from 'zod'
import { dropPending, keepSession, origin, pendingSignIn } from '@/app/auth'
import { buttonClasses, linkClasses } from '@/components/looks'
import { PlainForm, PlainSubmitButton, PlainTextField } from '@/components/plain-form'
import { codeField } from '@/domain/accounts/factor'
import { hasPasskey, passkeyField } from '@/domain/accounts/passkey'
import { signInWithPasskey } from '@/domain/accounts/passkey-sign-in'
import { readPendingSignIn, signInWithCode } from '@/domain/accounts/pending-sign-in'
import { publicPage, seeOther } from '../../public-page'
import { Support } from '../../support'
import { goOn, stepOf } from '../go-on'
import { offerPasskey } from '../offer-passkey'
import { safePath } from '../safe-path'

const Shown = z.preprocess(
  sent => ({ ...Object(sent), by: Object(sent).passkey ? 'passkey' : 'code' }),
  z.discriminatedUnion('by', [
    z.object({ by: z.literal('code'), secretCode: codeField }),
    z.object({ by: z.literal('passkey'), passkey: passkeyField }),
  ]),
)

/** The second question of the sign-in. Whoever comes without a right password is sent to the first. */
export const { GET, POST } = publicPage(
  async ({ query, sent, words, installation }) => {
    const next = safePath(query.get('next'))
    const pending = await readPendingSignIn(await pendingSignIn())
    if (!pending) return seeOther(stepOf('/login?notice=sign-in-again', next))
    if (pending.wants !== 'factor') return seeOther(stepOf('/login/new-password', next))
    const t = words('loginFactor')
    return {
      title: t('title'),
      script: offerPasskey,
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
          {(await hasPasskey(pending.user.id)) && (
            <>
              <noscript>
                <p className="mt-5 text-muted text-sm">{t('needsScript')}</p>
              </noscript>
              {/* The script shows it where the browser knows passkeys. */}
              <form method="post" hidden data-passkey="/login/factor/passkey" className="mt-5 space-y-3">
                <input type="hidden" name="passkey" />
                <button type="button" className={buttonClasses('secondary', 'w-full')}>
                  {t('passkey')}
                </button>
                <div hidden role="alert" className="text-danger text-sm">
                  {t('passkeyFailed')}
                </div>
              </form>
            </>
          )}
        </>
      ),
      footer: <Support words={words} installation={installation} />,
    }
  },
  {
    schema: Shown,
    run: async (shown, { query }) => {
      const [pending, from] = [await pendingSignIn(), await origin()]
      return goOn(safePath(query.get('next')), async () => {
        await keepSession(
          shown.by === 'passkey'
            ? await signInWithPasskey(pending, shown.passkey, from)
            : await signInWithCode(pending, shown.secretCode, from),
        )
        await dropPending()
      })
    },
  },
)
