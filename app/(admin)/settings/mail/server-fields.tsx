'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { SelectField, TextAreaField, TextField } from '@/components/fields'
import { useForm } from '@/components/form-context'
import { Notice } from '@/components/notice'
import { Section } from '@/components/section'
import type { Preset } from '@/domain/mail-server/presets'
import type { FieldGroupProps } from './field-group'
import { fill } from './fill'

/** What a field shows depends on another by CSS alone, so that it also does without JavaScript. */
const onlyInClear = 'hidden group-has-[[name=encryption]_[value=none]:checked]:block'
const onlyEncrypted = 'flex flex-col gap-5 group-has-[[name=encryption]_[value=none]:checked]:hidden'

/** The name of the server, its provider, and who its mails come from. */
export function SenderFields({ server, initial, presets }: FieldGroupProps & { presets: Preset[] }) {
  const t = useTranslations('mailSettings')
  const hints = useTranslations('presets')
  const { form, state } = useForm()
  const [provider, setProvider] = useState(state.values?.provider ?? initial?.provider ?? 'custom')

  const choosePreset = (id: string) => {
    setProvider(id)
    const preset = presets.find(each => each.id === id)
    if (!preset?.host || !form.current) return
    const { host, port, encryption, authentication, username, oauth } = preset
    fill(form.current, {
      host,
      port: String(port),
      encryption,
      authentication,
      ...(username && { username }),
      ...(oauth && {
        oauthAuthorizationUrl: oauth.authorizationUrl,
        oauthTokenUrl: oauth.tokenUrl,
        oauthScopes: oauth.scopes,
      }),
    })
  }

  return (
    <Section title={t('groups.server')} description={t('groups.serverText')}>
      <TextField
        name="name"
        label={t('name')}
        defaultValue={server?.name ?? t('nameDefault')}
        width="medium"
        required
      />
      <SelectField
        name="provider"
        label={t('provider')}
        options={presets.map(({ id, name }) => ({ value: id, label: name }))}
        defaultValue={initial?.provider ?? 'custom'}
        onChange={event => choosePreset(event.currentTarget.value)}
        help={hints.has(provider) ? hints(provider) : undefined}
        width="medium"
      />
      <TextField
        name="mailFrom"
        label={t('mailFrom')}
        defaultValue={initial?.mailFrom}
        help={t('mailFromHelp')}
        inputMode="email"
        required
      />
      <TextField
        name="replyTo"
        label={t('replyTo')}
        defaultValue={initial?.replyTo}
        optional
        inputMode="email"
      />
    </Section>
  )
}

/** Where the server is, and how the way to it is protected. */
export function ConnectionFields({ initial }: FieldGroupProps) {
  const t = useTranslations('mailSettings')
  return (
    <Section title={t('groups.connection')} description={t('groups.connectionText')}>
      <div className="grid gap-5 sm:grid-cols-[minmax(0,1fr)_9rem]">
        <TextField
          name="host"
          label={t('host')}
          defaultValue={initial?.host}
          autoCapitalize="none"
          spellCheck={false}
          required
        />
        <TextField
          name="port"
          label={t('port')}
          defaultValue={initial?.port ?? 587}
          inputMode="numeric"
          required
        />
      </div>
      <SelectField
        name="encryption"
        label={t('encryption')}
        options={['implicit-tls', 'starttls', 'none'].map(value => ({
          value,
          label: t(`encryptions.${value}`),
        }))}
        defaultValue={initial?.encryption ?? 'starttls'}
        help={t('encryptionHelp')}
        width="medium"
      />
      <div className={onlyInClear}>
        <Notice tone="warning">{t('inClear')}</Notice>
      </div>
      <div className={onlyEncrypted}>
        <SelectField
          name="minTlsVersion"
          label={t('minTlsVersion')}
          options={['TLSv1.2', 'TLSv1.3'].map(value => ({ value, label: value.replace('TLSv', 'TLS ') }))}
          defaultValue={initial?.minTlsVersion ?? 'TLSv1.2'}
          width="short"
        />
        <TextAreaField
          name="trustedCa"
          label={t('trustedCa')}
          defaultValue={initial?.trustedCa}
          help={t('trustedCaHelp')}
          rows={3}
          spellCheck={false}
          mono
          optional
        />
        <TextField
          name="pinnedCertificate"
          label={t('pinnedCertificate')}
          defaultValue={initial?.pinnedCertificate}
          help={t('pinnedCertificateHelp')}
          autoCapitalize="none"
          spellCheck={false}
          optional
        />
      </div>
    </Section>
  )
}
