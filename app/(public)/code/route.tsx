import { origin } from '@/app/auth'
import { linkClasses } from '@/components/looks'
import { PlainForm, PlainSubmitButton, PlainTextField } from '@/components/plain-form'
import { linkOfCode, TypedCode } from '@/domain/accounts/typed-code'
import { publicPage, seeOther } from '../public-page'
import { Support } from '../support'

export const { GET, POST } = publicPage(
  async ({ sent, words, installation }) => {
    const t = words('code')
    return {
      title: t('title'),
      body: (
        <>
          <p className="text-sm">{t('lead')}</p>
          <PlainForm sent={sent}>
            <PlainTextField
              sent={sent}
              name="email"
              label={t('email')}
              help={t('emailHelp')}
              type="email"
              autoComplete="username"
              autoFocus
              required
            />
            <PlainTextField
              sent={sent}
              name="code"
              label={t('code')}
              help={t('codeHelp')}
              autoComplete="one-time-code"
              autoCapitalize="characters"
              spellCheck={false}
              required
            />
            <div className="flex flex-wrap items-center justify-between gap-3">
              <PlainSubmitButton>{t('submit')}</PlainSubmitButton>
              <a href="/forgot-password" className={`${linkClasses} text-sm`}>
                {t('newLink')}
              </a>
            </div>
          </PlainForm>
        </>
      ),
      footer: (
        <>
          <a href="/login" className={linkClasses}>
            {t('back')}
          </a>
          <Support words={words} installation={installation} />
        </>
      ),
    }
  },
  {
    schema: TypedCode,
    run: async ({ email, code }) => seeOther(await linkOfCode(email, code, (await origin()).address)),
  },
)
