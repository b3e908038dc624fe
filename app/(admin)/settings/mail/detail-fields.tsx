'use client'

import { useTranslations } from 'next-intl'
import { CheckboxField, PasswordField, SelectField, TextField } from '@/components/fields'
import { Section } from '@/components/section'
import type { FieldGroupProps } from './field-group'

const onlyWithProxy = 'grid gap-5 group-has-[[name=useProxy]:not(:checked)]:hidden sm:grid-cols-2'

/** What most servers do not need: time, name, proxy. */
export function DetailFields({ initial, stored }: FieldGroupProps) {
  const t = useTranslations('mailSettings')
  return (
    <Section title={t('groups.details')} description={t('groups.detailsText')}>
      <TextField
        name="timeoutSeconds"
        label={t('timeoutSeconds')}
        defaultValue={initial?.timeoutSeconds ?? 10}
        help={t('timeoutHelp')}
        inputMode="decimal"
        width="short"
      />
      <TextField
        name="ehloName"
        label={t('ehloName')}
        defaultValue={initial?.ehloName}
        help={t('ehloHelp')}
        autoCapitalize="none"
        spellCheck={false}
        optional
      />
      <CheckboxField name="useProxy" label={t('useProxy')} defaultChecked={Boolean(initial?.useProxy)} />
      <div className={onlyWithProxy}>
        <SelectField
          name="proxyType"
          label={t('proxyType')}
          options={['http', 'socks5'].map(value => ({ value, label: t(`proxyTypes.${value}`) }))}
          defaultValue={initial?.proxyType ?? 'http'}
        />
        <div className="hidden sm:block" />
        <TextField
          name="proxyHost"
          label={t('proxyHost')}
          defaultValue={initial?.proxyHost}
          autoCapitalize="none"
          spellCheck={false}
        />
        <TextField
          name="proxyPort"
          label={t('proxyPort')}
          defaultValue={initial?.proxyPort}
          inputMode="numeric"
        />
        <TextField
          name="proxyUsername"
          label={t('proxyUsername')}
          defaultValue={initial?.proxyUsername}
          autoComplete="off"
          optional
        />
        <PasswordField
          name="proxyPassword"
          label={t('proxyPassword')}
          autoComplete="new-password"
          help={stored.includes('proxyPassword') ? t('passwordStored') : undefined}
          optional
        />
      </div>
    </Section>
  )
}
