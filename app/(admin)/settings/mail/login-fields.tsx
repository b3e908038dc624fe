'use client'

import { useTranslations } from 'next-intl'
import { useEffect } from 'react'
import { buttonClasses, SubmitButton } from '@/components/button'
import { CopyField } from '@/components/copy-field'
import { CheckboxField, PasswordField, SelectField, TextField } from '@/components/fields'
import { Notice } from '@/components/notice'
import { Section } from '@/components/section'
import type { FieldGroupProps } from './field-group'

const onlyWithLogin = 'flex flex-col gap-5 group-has-[[name=authentication]_[value=none]:checked]:hidden'
const onlyWithPassword = 'hidden group-has-[[name=authentication]_[value=password]:checked]:block'
const onlyWithOAuth = 'hidden flex-col gap-5 group-has-[[name=authentication]_[value=oauth2]:checked]:flex'
const onlyWithPerson =
  'flex flex-col gap-5 group-has-[[name=oauthGrant]_[value=client-credentials]:checked]:hidden'
const onlyInClear = 'hidden flex-col gap-2 group-has-[[name=encryption]_[value=none]:checked]:flex'
const onlyWhenAllowed = 'hidden group-has-[[name=credentialsInClear]:checked]:block'

type Props = FieldGroupProps & {
  redirectUri: string
  /** Where to go to connect the account, once that was asked for. */
  consentUrl: string | null
}

/** How Latchkey logs in: not at all, with a password, or with an access token. */
export function LoginFields({ initial, stored, redirectUri, consentUrl }: Props) {
  const t = useTranslations('mailSettings')
  useEffect(() => {
    if (consentUrl) window.location.assign(consentUrl)
  }, [consentUrl])
  return (
    <Section title={t('groups.login')} description={t('groups.loginText')}>
      <SelectField
        name="authentication"
        label={t('authentication')}
        options={['none', 'password', 'oauth2'].map(value => ({
          value,
          label: t(`authentications.${value}`),
        }))}
        defaultValue={initial?.authentication ?? 'password'}
        width="medium"
      />
      <div className={onlyWithLogin}>
        <TextField
          name="username"
          label={t('username')}
          defaultValue={initial?.username}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
        <div className={onlyWithPassword}>
          <PasswordField
            name="password"
            label={t('password')}
            autoComplete="new-password"
            help={stored.includes('password') ? t('passwordStored') : undefined}
          />
        </div>
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
    </Section>
  )
}

function OAuthFields({ initial, stored, redirectUri, consentUrl }: Omit<Props, 'server'>) {
  const t = useTranslations('mailSettings')
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
        help={stored.includes('clientSecret') ? t('passwordStored') : t('clientSecretHelp')}
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
          help={stored.includes('refreshToken') ? t('passwordStored') : t('refreshTokenHelp')}
          optional
        />
      </div>
    </div>
  )
}
