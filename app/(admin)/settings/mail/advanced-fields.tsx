'use client'

import { useTranslations } from 'next-intl'
import { CheckboxField, PasswordField, SelectField, TextAreaField, TextField } from '@/components/fields'
import { Fold } from '@/components/fold'
import { useForm } from '@/components/form-context'
import type { FieldGroupProps } from './field-group'
import { useStoredSecret } from './stored-secret'

const onlyWithProxy = 'grid gap-5 group-has-[[name=useProxy]:not(:checked)]:hidden sm:grid-cols-2'
const onlyEncrypted = 'flex flex-col gap-5 group-has-[[name=encryption]_[value=none]:checked]:hidden'

/** The fields with what they hold where nobody has touched them. */
const untouched = {
  replyTo: '',
  minTlsVersion: 'TLSv1.2',
  trustedCa: '',
  pinnedCertificate: '',
  timeoutSeconds: '10',
  ehloName: '',
  useProxy: '',
  proxyType: 'http',
  proxyHost: '',
  proxyPort: '',
  proxyUsername: '',
  proxyPassword: '',
} as const
type Advanced = keyof typeof untouched
const fields = Object.keys(untouched) as Advanced[]

/** What most servers do not need. Open where something in it is set. */
export function AdvancedFields({ initial, stored, open }: FieldGroupProps & { open: boolean }) {
  const t = useTranslations('mailSettings')
  const storedSecret = useStoredSecret(stored)
  const { state } = useForm()
  const holds = (field: Advanced) => state.values?.[field] ?? initial?.[field] ?? untouched[field]
  const set = fields.some(field => holds(field) !== untouched[field])
  return (
    <Fold
      open={open || set}
      fields={fields}
      summary={
        <>
          <span className="font-medium">{t('advanced.title')}</span>{' '}
          <span className="text-muted">{t('advanced.text')}</span>
        </>
      }
    >
      <TextField
        name="replyTo"
        label={t('replyTo')}
        defaultValue={initial?.replyTo}
        optional
        inputMode="email"
      />
      <div className="grid gap-5 sm:grid-cols-2">
        <TextField
          name="timeoutSeconds"
          label={t('timeoutSeconds')}
          defaultValue={initial?.timeoutSeconds ?? untouched.timeoutSeconds}
          help={t('timeoutHelp')}
          inputMode="decimal"
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
      </div>
      <div className={onlyEncrypted}>
        <SelectField
          name="minTlsVersion"
          label={t('minTlsVersion')}
          options={['TLSv1.2', 'TLSv1.3'].map(value => ({ value, label: value.replace('TLSv', 'TLS ') }))}
          defaultValue={initial?.minTlsVersion ?? untouched.minTlsVersion}
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
      <CheckboxField name="useProxy" label={t('useProxy')} defaultChecked={Boolean(initial?.useProxy)} />
      <div className={onlyWithProxy}>
        <SelectField
          name="proxyType"
          label={t('proxyType')}
          options={['http', 'socks5'].map(value => ({ value, label: t(`proxyTypes.${value}`) }))}
          defaultValue={initial?.proxyType ?? untouched.proxyType}
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
          help={storedSecret('proxyPassword')}
          optional
        />
      </div>
    </Fold>
  )
}
