'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useRef } from 'react'
import { SubmitButton } from '@/components/button'
import { TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { useForm } from '@/components/form-context'
import { Section } from '@/components/section'
import { UnsavedGuard } from '@/components/unsaved-guard'
import type { Preset } from '@/domain/mail-server/presets'
import type { FormState } from '@/lib/form-state'
import { type MailServerOutcome, mailServerAction } from './actions'
import { DetailFields } from './detail-fields'
import type { FieldGroupProps } from './field-group'
import { fill } from './fill'
import { LoginFields } from './login-fields'
import { SaveAnyway } from './save-anyway'
import { ConnectionFields, SenderFields } from './server-fields'
import { TestDialog } from './test-dialog'

type Props = Omit<FieldGroupProps, 'stored'> & {
  presets: Preset[]
  testRecipient: string
  /** Saves to a server of its own, beside those there are. */
  newServer: boolean
  /** Leads to the saved server once it is saved: this page shows something else. */
  leaveWhenSaved: boolean
  redirectUri: string
}

/** Where other parts of the page find the form. */
export const mailServerFormId = 'mail-server-form'

export function MailServerForm(props: Props) {
  return (
    <Form
      id={mailServerFormId}
      action={mailServerAction}
      keepWhenDone
      className="group"
      aria-label={useTranslations('mailSettings')('title')}
    >
      {state => <Fields {...props} state={state} />}
    </Form>
  )
}

function Fields(props: Props & { state: FormState<MailServerOutcome> }) {
  const { server, initial, presets, testRecipient, newServer, leaveWhenSaved, redirectUri, state } = props
  const t = useTranslations('mailSettings')
  const { form } = useForm()
  const { data } = state
  const groups = { server, initial, stored: data?.stored ?? server?.stored ?? [] }
  useForgetSecretsOnceSaved(state)
  return (
    <>
      <UnsavedGuard savedBy={isKept} />
      {/* What Enter presses: the first button of a form, whether it is seen or not. */}
      <button type="submit" name="intent" value="test" hidden />
      <input type="hidden" name="baseVersionId" value={data?.versionId || server?.versionId || ''} />
      <noscript>
        <input type="hidden" name="withoutScript" value="on" />
      </noscript>
      {newServer && <input type="hidden" name="newServer" value="on" />}
      {leaveWhenSaved && <input type="hidden" name="leaveWhenSaved" value="on" />}
      <SenderFields {...groups} presets={presets} />
      <ConnectionFields {...groups} />
      <LoginFields {...groups} redirectUri={redirectUri} consentUrl={data?.consentUrl ?? null} />
      <DetailFields {...groups} />
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
        <SaveAnyway state={state} />
      </Section>
      <TestDialog state={state} apply={changes => form.current && fill(form.current, changes)} />
    </>
  )
}

/** Also what waits for consent: it is found again on the way back. */
const isKept = (state: FormState<unknown>) => {
  const data = state.data as MailServerOutcome | undefined
  return Boolean(data?.saved || data?.consentUrl)
}

/** A stored secret is not kept in the page either. */
function useForgetSecretsOnceSaved(state: FormState<MailServerOutcome>) {
  const { form } = useForm()
  const done = useRef<unknown>(null)
  useEffect(() => {
    if (!state.data?.saved || done.current === state) return
    done.current = state
    if (form.current)
      fill(form.current, { password: '', proxyPassword: '', clientSecret: '', refreshToken: '' })
  }, [state, form])
}
