'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { SubmitButton } from '@/components/button'
import { CheckboxField, PasswordField, SelectField, TextAreaField, TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { useForm } from '@/components/form-context'
import { Notice } from '@/components/notice'
import { Section } from '@/components/section'
import { UnsavedGuard } from '@/components/unsaved-guard'
import type { Preset } from '@/domain/mail-server/presets'
import type { MailServerView } from '@/domain/mail-server/versions'
import type { FormState } from '@/lib/form-state'
import { type MailServerOutcome, mailServerAction } from './actions'
import { TestDialog, TestReport } from './test-report'

type Props = { server: MailServerView | null; presets: Preset[]; testRecipient: string }

/** What a field shows depends on another by CSS alone, so that it also does without JavaScript. */
const onlyWithLogin = 'space-y-5 group-has-[[name=authentication]_[value=none]:checked]:hidden'
const onlyWithProxy = 'grid gap-5 group-has-[[name=useProxy]:not(:checked)]:hidden sm:grid-cols-2'
const onlyInClear = 'hidden group-has-[[name=encryption]_[value=none]:checked]:block'

export function MailServerForm({ server, presets, testRecipient }: Props) {
  return (
    <Form
      action={mailServerAction}
      keepWhenDone
      className="group"
      aria-label={useTranslations('mailSettings')('title')}
    >
      {state => <Fields server={server} presets={presets} testRecipient={testRecipient} state={state} />}
    </Form>
  )
}

function Fields({ server, presets, testRecipient, state }: Props & { state: FormState<MailServerOutcome> }) {
  const t = useTranslations('mailSettings')
  const hints = useTranslations('presets')
  const { form } = useForm()
  const settings = server?.settings
  const [provider, setProvider] = useState(state.values?.provider ?? settings?.provider ?? 'custom')
  const test = state.data?.test
  useForgetSecretsOnceSaved(state)

  const choosePreset = (id: string) => {
    setProvider(id)
    const preset = presets.find(each => each.id === id)
    if (!preset?.host || !form.current) return
    const { host, port, encryption, authentication, username } = preset
    fill(form.current, {
      host,
      port: String(port),
      encryption,
      authentication,
      ...(username && { username }),
    })
  }

  return (
    <>
      <UnsavedGuard savedBy={({ data }) => Boolean((data as MailServerOutcome | undefined)?.saved)} />
      <input type="hidden" name="baseVersionId" value={state.data?.versionId ?? server?.versionId ?? ''} />
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
          defaultValue={settings?.provider ?? 'custom'}
          onChange={event => choosePreset(event.currentTarget.value)}
          help={hints.has(provider) ? hints(provider) : undefined}
          width="medium"
        />
        <TextField
          name="mailFrom"
          label={t('mailFrom')}
          defaultValue={settings?.mailFrom}
          help={t('mailFromHelp')}
          inputMode="email"
          required
        />
        <TextField
          name="replyTo"
          label={t('replyTo')}
          defaultValue={settings?.replyTo ?? ''}
          optional
          inputMode="email"
        />
      </Section>
      <Section title={t('groups.connection')} description={t('groups.connectionText')}>
        <div className="grid gap-5 sm:grid-cols-[minmax(0,1fr)_9rem]">
          <TextField
            name="host"
            label={t('host')}
            defaultValue={settings?.host}
            autoCapitalize="none"
            spellCheck={false}
            required
          />
          <TextField
            name="port"
            label={t('port')}
            defaultValue={settings?.port ?? 587}
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
          defaultValue={settings?.encryption ?? 'starttls'}
          help={t('encryptionHelp')}
          width="medium"
        />
        <div className={onlyInClear}>
          <Notice tone="warning">{t('inClear')}</Notice>
        </div>
        <SelectField
          name="minTlsVersion"
          label={t('minTlsVersion')}
          options={['TLSv1.2', 'TLSv1.3'].map(value => ({ value, label: value.replace('TLSv', 'TLS ') }))}
          defaultValue={settings?.minTlsVersion ?? 'TLSv1.2'}
          width="short"
        />
        <TextAreaField
          name="trustedCa"
          label={t('trustedCa')}
          defaultValue={settings?.trustedCa ?? ''}
          help={t('trustedCaHelp')}
          rows={3}
          spellCheck={false}
          mono
          optional
        />
      </Section>
      <Section title={t('groups.login')} description={t('groups.loginText')}>
        <SelectField
          name="authentication"
          label={t('authentication')}
          options={['none', 'password'].map(value => ({ value, label: t(`authentications.${value}`) }))}
          defaultValue={settings?.authentication ?? 'password'}
          width="medium"
        />
        <div className={onlyWithLogin}>
          <TextField
            name="username"
            label={t('username')}
            defaultValue={settings?.username ?? ''}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
          <PasswordField
            name="password"
            label={t('password')}
            autoComplete="new-password"
            help={server?.stored.includes('password') || state.data ? t('passwordStored') : undefined}
          />
        </div>
      </Section>
      <Section title={t('groups.details')} description={t('groups.detailsText')}>
        <TextField
          name="timeoutSeconds"
          label={t('timeoutSeconds')}
          defaultValue={settings?.timeoutSeconds ?? 10}
          help={t('timeoutHelp')}
          inputMode="decimal"
          width="short"
        />
        <TextField
          name="ehloName"
          label={t('ehloName')}
          defaultValue={settings?.ehloName ?? ''}
          help={t('ehloHelp')}
          autoCapitalize="none"
          spellCheck={false}
          optional
        />
        <CheckboxField name="useProxy" label={t('useProxy')} defaultChecked={Boolean(settings?.proxy)} />
        <div className={onlyWithProxy}>
          <TextField
            name="proxyHost"
            label={t('proxyHost')}
            defaultValue={settings?.proxy?.host ?? ''}
            autoCapitalize="none"
          />
          <TextField
            name="proxyPort"
            label={t('proxyPort')}
            defaultValue={settings?.proxy?.port ?? ''}
            inputMode="numeric"
          />
          <TextField
            name="proxyUsername"
            label={t('proxyUsername')}
            defaultValue={settings?.proxy?.username ?? ''}
            autoComplete="off"
            optional
          />
          <PasswordField
            name="proxyPassword"
            label={t('proxyPassword')}
            autoComplete="new-password"
            help={server?.stored.includes('proxyPassword') ? t('passwordStored') : undefined}
            optional
          />
        </div>
      </Section>
      <Section title={t('groups.test')} description={t('groups.testText')}>
        <TextField
          name="testRecipient"
          label={t('testRecipient')}
          defaultValue={testRecipient}
          inputMode="email"
          width="medium"
        />
        <div className="flex flex-wrap gap-2">
          <SubmitButton name="intent" value="test" variant="secondary">
            {t('sendTest')}
          </SubmitButton>
          <SubmitButton name="intent" value="save">
            {t('save')}
          </SubmitButton>
        </div>
        {test && (
          <noscript>
            <TestReport test={test} />
          </noscript>
        )}
      </Section>
      <TestDialog state={state} apply={changes => form.current && fill(form.current, changes)} />
    </>
  )
}

/** A stored secret is not kept in the page either. */
function useForgetSecretsOnceSaved(state: FormState<MailServerOutcome>) {
  const { form } = useForm()
  const done = useRef<unknown>(null)
  useEffect(() => {
    if (!state.data?.saved || done.current === state) return
    done.current = state
    if (form.current) fill(form.current, { password: '', proxyPassword: '' })
  }, [state, form])
}

/** Puts values into fields as a person would, so that whoever listens hears of it. */
function fill(form: HTMLFormElement, values: Record<string, string>) {
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements.namedItem(name)
    if (
      !(
        field instanceof HTMLInputElement ||
        field instanceof HTMLSelectElement ||
        field instanceof HTMLTextAreaElement
      )
    )
      continue
    field.value = value
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
}
