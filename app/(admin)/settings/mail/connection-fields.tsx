'use client'

import { useTranslations } from 'next-intl'
import { SelectField, TextField } from '@/components/fields'
import { Fold } from '@/components/fold'
import { useForm, useOnlyShown } from '@/components/form-context'
import { Notice } from '@/components/notice'
import type { MailServerField } from '@/domain/mail-server/form'
import { presetChanges, presetOf, presets } from '@/domain/mail-server/presets'
import { encryptions } from '@/domain/smtp/settings'
import type { FieldGroupProps } from './field-group'
import { fill } from './fill'

/** What a field shows depends on another by CSS alone, so that it also does without JavaScript. */
const onlyInClear = 'hidden group-has-[[name=encryption]_[value=none]:checked]:block'

const fields = ['provider', 'name', 'host', 'port', 'encryption', 'authentication'] as const

type Props = FieldGroupProps & {
  /** What the fields that the line tells of hold now */
  held: Record<'provider' | 'host' | 'port' | 'encryption', string>
  /** Whether it begins open */
  open: boolean
}

/** Which server, in one line that opens: a provider knows all of it. */
export function ConnectionFields({ initial, held, open }: Props) {
  const t = useTranslations('mailSettings')
  const hints = useTranslations('presets')
  const onlyShown = useOnlyShown()
  const { form } = useForm()
  const choosePreset = (id: string) => {
    if (!form.current) return
    const typed = Object.fromEntries(new FormData(form.current)) as Partial<Record<MailServerField, string>>
    fill(form.current, presetChanges(id, typed))
  }
  const { host, port, encryption } = held
  return (
    <Fold
      open={open || !host}
      fields={fields}
      aside={t(onlyShown ? 'connection.show' : 'connection.change')}
      summary={
        <>
          <span className="font-medium">{t('connection.title')}</span>{' '}
          <span className="text-muted group-open/fold:hidden">
            {t('connection.line', { host, port, encryption: t(`encryptions.${encryption}`) })}
          </span>
        </>
      }
    >
      <div className="grid gap-5 sm:grid-cols-2">
        <SelectField
          name="provider"
          label={t('provider')}
          options={presets.map(({ id, name }) => ({
            value: id,
            label: id === 'custom' ? t('otherServer') : name,
          }))}
          defaultValue={initial?.provider ?? 'custom'}
          onChange={event => choosePreset(event.currentTarget.value)}
          help={held.provider === 'custom' ? hints('custom') : undefined}
        />
        <TextField
          name="name"
          label={t('name')}
          defaultValue={initial?.name}
          placeholder={presetOf(held.provider).id === 'custom' ? host : presetOf(held.provider).name}
        />
      </div>
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
      <div className="grid gap-5 sm:grid-cols-2">
        <SelectField
          name="encryption"
          label={t('encryption')}
          options={encryptions.map(value => ({ value, label: t(`encryptions.${value}`) }))}
          defaultValue={initial?.encryption ?? 'starttls'}
          help={t('encryptionHelp')}
        />
        <SelectField
          name="authentication"
          label={t('authentication')}
          options={['none', 'password', 'oauth2'].map(value => ({
            value,
            label: t(`authentications.${value}`),
          }))}
          defaultValue={initial?.authentication ?? 'password'}
        />
      </div>
      <div className={onlyInClear}>
        <Notice tone="warning">{t('inClear')}</Notice>
      </div>
    </Fold>
  )
}
