'use client'

import { ExternalLink } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect } from 'react'
import { Button, SubmitButton } from '@/components/button'
import { CopyField } from '@/components/copy-field'
import { CheckboxField, PasswordField, SelectField, TextField } from '@/components/fields'
import { useForm, useOnlyShown } from '@/components/form-context'
import { buttonClasses, linkClasses } from '@/components/looks'
import { Notice } from '@/components/notice'
import { type Preset, presetOf } from '@/domain/mail-server/presets'
import type { FieldGroupProps } from './field-group'
import { fill } from './fill'
import { useStoredSecret } from './stored-secret'

const onlyWithLogin = 'flex flex-col gap-5 group-has-[[name=authentication]_[value=none]:checked]:hidden'
const onlyWithPassword = 'hidden group-has-[[name=authentication]_[value=password]:checked]:block'
const onlyWithOAuth = 'hidden flex-col gap-5 group-has-[[name=authentication]_[value=oauth2]:checked]:flex'
const onlyWithPerson =
  'flex flex-col gap-5 group-has-[[name=oauthGrant]_[value=client-credentials]:checked]:hidden'
const onlyInClear = 'hidden flex-col gap-2 group-has-[[name=encryption]_[value=none]:checked]:flex'
const onlyWhenAllowed = 'hidden group-has-[[name=credentialsInClear]:checked]:block'

type Props = FieldGroupProps & {
  /** The preset that is chosen now */
  provider: string
  /** The field that the form begins with */
  focus?: string
  redirectUri: string
  /** Where to go to connect the account, once that was asked for. */
  consentUrl: string | null
}

/** How Latchkey signs in: not at all, with a password, or with an access token. */
export function LoginFields({ initial, stored, provider, redirectUri, consentUrl, focus }: Props) {
  const t = useTranslations('mailSettings')
  const storedSecret = useStoredSecret(stored)
  const onlyShown = useOnlyShown()
  const { form } = useForm()
  useEffect(() => {
    if (consentUrl) window.location.assign(consentUrl)
  }, [consentUrl])
  const preset = presetOf(provider)
  return (
    <div className={onlyWithLogin}>
      <div className="grid items-start gap-5 sm:grid-cols-2">
        <TextField
          name="username"
          label={t('username')}
          defaultValue={initial?.username}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus={focus === 'username'}
        />
        <div className={onlyWithPassword}>
          <PasswordField
            name="password"
            label={t('password')}
            autoComplete="new-password"
            help={storedSecret('password')}
            autoFocus={focus === 'password'}
          />
        </div>
      </div>
      {preset.keyPage && <ProviderHint preset={preset} />}
      {preset.oauth && !onlyShown && (
        <div className={onlyWithPassword}>
          <Button
            className="noscript:hidden"
            onClick={() => form.current && fill(form.current, { authentication: 'oauth2' })}
          >
            {t('useOauth')}
          </Button>
        </div>
      )}
      <OAuthFields {...{ initial, stored, redirectUri, consentUrl }} />
      <div className={onlyInClear}>
        <CheckboxField
          name="credentialsInClear"
          label={t('credentialsInClear')}
          defaultChecked={Boolean(initial?.credentialsInClear)}
          help={t('credentialsInClearHelp')}
        />
        <div className={onlyWhenAllowed}>
          <Notice tone="danger">{t('credentialsInClearWarning')}</Notice>
        </div>
      </div>
    </div>
  )
}

/** The provider's own words, and the very page where the key or app password is made. */
function ProviderHint({ preset: { id, name, keyPage } }: { preset: Preset }) {
  const t = useTranslations('mailSettings')
  const hints = useTranslations('presets')
  return (
    <p className="-mt-3 text-muted text-sm">
      {hints(id)}{' '}
      <a
        href={keyPage ?? undefined}
        target="_blank"
        rel="noreferrer"
        className={`whitespace-nowrap ${linkClasses}`}
      >
        {t('keyPage', { provider: name })}
        <ExternalLink aria-hidden className="ml-1 inline size-3.5 align-[-0.125em]" />
      </a>
    </p>
  )
}

function OAuthFields({ initial, stored, redirectUri, consentUrl }: Omit<Props, 'provider' | 'focus'>) {
  const t = useTranslations('mailSettings')
  const storedSecret = useStoredSecret(stored)
  return (
    <div className={onlyWithOAuth}>
      <SelectField
        name="oauthGrant"
        label={t('oauthGrant')}
        options={['refresh-token', 'client-credentials'].map(value => ({
          value,
          label: t(`oauthGrants.${value}`),
        }))}
        defaultValue={initial?.oauthGrant ?? 'refresh-token'}
        help={t('oauthGrantHelp')}
        width="medium"
      />
      <TextField
        name="oauthClientId"
        label={t('oauthClientId')}
        defaultValue={initial?.oauthClientId}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
      <PasswordField
        name="clientSecret"
        label={t('clientSecret')}
        autoComplete="new-password"
        help={storedSecret('clientSecret') ?? t('clientSecretHelp')}
        optional
      />
      <TextField
        name="oauthTokenUrl"
        label={t('oauthTokenUrl')}
        defaultValue={initial?.oauthTokenUrl}
        inputMode="url"
        spellCheck={false}
      />
      <TextField
        name="oauthScopes"
        label={t('oauthScopes')}
        defaultValue={initial?.oauthScopes}
        help={t('oauthScopesHelp')}
        spellCheck={false}
      />
      <div className={onlyWithPerson}>
        <TextField
          name="oauthAuthorizationUrl"
          label={t('oauthAuthorizationUrl')}
          defaultValue={initial?.oauthAuthorizationUrl}
          help={t('oauthAuthorizationUrlHelp')}
          inputMode="url"
          spellCheck={false}
          optional
        />
        <div className="space-y-1.5">
          <CopyField label={t('redirectUri')} text={redirectUri} copyLabel={t('copy')} />
          <p className="text-muted text-sm">{t('redirectUriHelp')}</p>
        </div>
        <div className="flex flex-wrap items-center gap-3">
          <SubmitButton name="intent" value="connect" variant="secondary">
            {t('connectAccount')}
          </SubmitButton>
          <span className="text-muted text-sm">
            {stored.includes('refreshToken') ? t('accountConnected') : t('accountNotConnected')}
          </span>
          {consentUrl && (
            <a href={consentUrl} className={buttonClasses('primary')}>
              {t('consent.go', { provider: new URL(consentUrl).host })}
            </a>
          )}
        </div>
        <PasswordField
          name="refreshToken"
          label={t('refreshToken')}
          autoComplete="new-password"
          help={storedSecret('refreshToken') ?? t('refreshTokenHelp')}
          optional
        />
      </div>
    </div>
  )
}
