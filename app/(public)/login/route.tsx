import { z } from 'zod'
import { atOtherAddress, keepSession, origin, takePasskeyQuestion } from '@/app/auth'
import { buttonClasses, linkClasses } from '@/components/looks'
import { Notice } from '@/components/notice'
import { PlainForm, PlainPasswordField, PlainSubmitButton, PlainTextField } from '@/components/plain-form'
import { passkeyField } from '@/domain/accounts/passkey'
import { signInByPasskey } from '@/domain/accounts/passkey-sign-in'
import { Credentials, signIn } from '@/domain/accounts/sign-in'
import { env } from '@/lib/env'
import { publicPage, seeOther } from '../public-page'
import { Support } from '../support'
import { goOn } from './go-on'
import { loadPasskeys } from './load-passkeys'
import { safePath } from './safe-path'

const SignIn = z.preprocess(
  sent => ({ ...Object(sent), by: Object(sent).passkey ? 'passkey' : 'password' }),
  z.discriminatedUnion('by', [
    Credentials.extend({ by: z.literal('password') }),
    z.object({ by: z.literal('passkey'), passkey: passkeyField }),
  ]),
)

const notices = ['password-set', 'signed-out', 'signed-out-everywhere', 'sign-in-to-confirm', 'sign-in-again']

export const { GET, POST } = publicPage(
  async ({ query, viewer, sent, words, installation }) => {
    const next = safePath(query.get('next'))
    if (viewer) return seeOther(next)
    const t = words('login')
    const notice = query.get('notice') ?? ''
    const error = query.get('error')
    const asked = sent.state.status === 'idle'
    return {
      title: t('title'),
      script: loadPasskeys,
      body: (
        <>
          {asked && notices.includes(notice) && (
            <Notice tone={notice === 'sign-in-again' ? 'warning' : 'success'} role="status">
              {t(`notices.${notice}`)}
            </Notice>
          )}
          {asked && error && (
            <Notice tone="danger" role="alert">
              {error === 'unavailable' ? t('unavailable') : words('refusals')('sign-in-failed')}
            </Notice>
          )}
          {(await atOtherAddress()) && (
            <Notice tone="warning">
              <p>{t('otherAddress', { url: env().appUrl })}</p>
              <p>
                <a href={`${env().appUrl}/login`} className={linkClasses}>
                  {t('toAddress', { url: env().appUrl })}
                </a>
              </p>
            </Notice>
          )}
          <PlainForm sent={sent}>
            <PlainTextField
              sent={sent}
              name="email"
              label={t('email')}
              type="email"
              autoComplete="username webauthn"
              autoFocus
              required
            />
            <PlainPasswordField
              sent={sent}
              name="password"
              label={t('password')}
              autoComplete="current-password"
              required
            />
            <div className="flex flex-wrap items-center justify-between gap-3">
              <PlainSubmitButton>{t('submit')}</PlainSubmitButton>
              <span className="text-sm">
                <a href="/forgot-password" className={linkClasses}>
                  {t('forgot')}
                </a>
              </span>
            </div>
          </PlainForm>
          {/* The script shows it where the browser offers passkeys. */}
          <form
            method="post"
            hidden
            data-passkey="/login/passkey"
            data-autofill=""
            className="mt-5 space-y-3"
          >
            <input type="hidden" name="passkey" />
            <button type="button" className={buttonClasses('secondary', 'w-full')}>
              {t('passkey')}
            </button>
            <div hidden role="alert" className="text-danger text-sm">
              {t('passkeyFailed')}
            </div>
          </form>
        </>
      ),
      footer: <Support words={words} installation={installation} />,
    }
  },
  {
    schema: SignIn,
    run: async (given, { query }) => {
      const next = safePath(query.get('next'))
      const from = await origin()
      return goOn(next, async () =>
        keepSession(
          given.by === 'passkey'
            ? await signInByPasskey(await takePasskeyQuestion(), given.passkey, from)
            : await signIn(given.email, given.password, from),
        ),
      )
    },
  },
)
