'use client'

import { useTranslations } from 'next-intl'
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { DeclaredFields } from '@/components/declared-fields'
import { TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { useForm } from '@/components/form-context'
import { MendedFields } from '@/components/mended-fields'
import { UnsavedGuard } from '@/components/unsaved-guard'
import type { Fix } from '@/domain/mail-server/fix'
import type { FormState } from '@/lib/form-state'
import { type MailServerOutcome, mailServerAction } from './actions'
import { AdvancedFields } from './advanced-fields'
import { ConnectionFields } from './connection-fields'
import type { FieldGroupProps } from './field-group'
import { fill } from './fill'
import { LoginFields } from './login-fields'
import { mailServerFormId } from './mail-server-form-id'
import { OutcomeBar } from './outcome-bar'
import { type PanelTest, TestPanel } from './test-panel'
import { useFieldTexts } from './use-field-texts'
import { useTestProgress } from './use-test-progress'

type Props = Omit<FieldGroupProps, 'stored'> & {
  /** The version that the form was filled from; null for a new server. */
  server: { versionId: string; stored: FieldGroupProps['stored'] } | null
  testRecipient: string
  /** Leads to the saved server once it is saved: this page shows something else. */
  leaveWhenSaved: boolean
  redirectUri: string
  /** It is declared from outside: what it holds is tested here, and changed there. */
  declared?: boolean
  /** Shows every field: the server is set up by hand. */
  unfolded: boolean
  /** Whether the server may stand by, so that a person says what it is to be */
  standby: boolean
  /** The test that is shown at the start */
  shown: PanelTest | null
  /** What stands in place of a test before the first one */
  children: ReactNode
}

/** What the form has been sent for, as far as the test beside it is concerned. */
type Run = { testId: string | null; sending: boolean }

/** The settings of a mail server, and their test beside them. */
export function MailServerForm(props: Props) {
  const { shown, standby, children } = props
  const t = useTranslations('mailSettings')
  const [run, setRun] = useState<Run>({ testId: shown?.id ?? null, sending: false })
  const test = useTestProgress(run.testId, shown)
  const typing = useTypedSince(run)
  const last = run.sending || (test && !test.progress?.test) ? 'running' : (test?.progress?.test ?? null)
  return (
    <div className="grid items-start gap-6 min-[75rem]:grid-cols-[minmax(0,34rem)_minmax(0,1fr)]">
      <Form
        id={mailServerFormId}
        action={mailServerAction}
        keepWhenDone
        outcomeElsewhere
        className="group max-w-form"
        aria-label={t('formTitle')}
      >
        {(state, pending) => (
          <MendedFields>
            <Fields {...props} state={state} pending={pending} onRun={setRun} last={last} />
          </MendedFields>
        )}
      </Form>
      <TestPanel sending={run.sending} test={test} takesFocus={typing} apply={applyFix} standby={standby}>
        {children}
      </TestPanel>
    </div>
  )
}

type FieldsProps = Props & {
  state: FormState<MailServerOutcome>
  pending: boolean
  onRun: (next: (known: Run) => Run) => void
  last: Parameters<typeof OutcomeBar>[0]['test']
}

function Fields(props: FieldsProps) {
  const { server, initial, testRecipient, leaveWhenSaved, redirectUri, unfolded, state, last } = props
  const { declared = false } = props
  const t = useTranslations('mailSettings')
  const { data } = state
  const groups = { initial, stored: data?.stored ?? server?.stored ?? [] }
  const start = { ...initial, ...state.values }
  const held = useFieldTexts({
    provider: start.provider ?? 'custom',
    host: start.host ?? '',
    port: start.port ?? '587',
    encryption: start.encryption ?? 'starttls',
  })
  // What was set by hand stays in sight.
  const byHand = ['host', 'port', 'encryption'].some(
    name => state.values && state.values[name] !== initial?.[name as keyof typeof initial],
  )
  const focus = server
    ? undefined
    : (['mailFrom', 'username', 'password'] as const).find(name => !initial?.[name])
  useTellRun(props)
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
      {!server && <input type="hidden" name="newServer" value="on" />}
      {leaveWhenSaved && <input type="hidden" name="leaveWhenSaved" value="on" />}
      <div className="divide-y divide-line rounded-lg border border-line bg-surface">
        <DeclaredFields names={declared ? 'all' : []}>
          <ConnectionFields {...groups} held={held} open={unfolded || byHand} />
          <div className="flex flex-col gap-5 p-5">
            <TextField
              name="mailFrom"
              label={t('mailFrom')}
              defaultValue={initial?.mailFrom}
              help={t('mailFromHelp')}
              inputMode="email"
              autoFocus={focus === 'mailFrom' && !unfolded}
              required
            />
            <LoginFields
              {...groups}
              provider={held.provider}
              focus={unfolded ? undefined : focus}
              redirectUri={redirectUri}
              consentUrl={data?.consentUrl ?? null}
            />
          </div>
          <AdvancedFields {...groups} open={unfolded} />
        </DeclaredFields>
        <div className="p-5">
          <TextField
            name="testRecipient"
            label={t('testRecipient')}
            defaultValue={testRecipient}
            inputMode="email"
          />
        </div>
      </div>
      <OutcomeBar state={state} test={last} declared={declared} />
    </>
  )
}

/** Tells the panel beside the form what is going on in it. */
function useTellRun({ state, pending, onRun }: Pick<FieldsProps, 'state' | 'pending' | 'onRun'>) {
  const { submitter } = useForm()
  // Enter presses a button that nobody sees; it sends the test too.
  const sending = pending && (submitter as HTMLButtonElement | null)?.value === 'test'
  useEffect(() => onRun(known => ({ ...known, sending })), [sending, onRun])
  useEffect(() => {
    const id = state.data?.testId
    if (id) onRun(known => ({ ...known, testId: id }))
  }, [state, onRun])
}

/** Fills in what a fix changes; then the test again, or the focus to what only a person knows. */
function applyFix({ changes, enter, press }: Fix) {
  const form = document.getElementById(mailServerFormId)
  if (!(form instanceof HTMLFormElement)) return
  fill(form, changes)
  const field = enter && form.elements.namedItem(enter)
  if (field instanceof HTMLElement) {
    field.closest('details')?.setAttribute('open', '')
    field.focus()
    return
  }
  const button = form.querySelector<HTMLButtonElement>(`button[name=intent][value="${press ?? 'test'}"]`)
  if (button) form.requestSubmit(button)
}

/** Whether the person has left the form alone since the last test began, and where they were. */
function useTypedSince({ sending }: Run): () => boolean {
  const since = useRef<{ focus: Element | null; typed: boolean }>({ focus: null, typed: false })
  useEffect(() => {
    if (sending) since.current = { focus: document.activeElement, typed: false }
  }, [sending])
  useEffect(() => {
    const form = document.getElementById(mailServerFormId)
    const note = () => {
      since.current.typed = true
    }
    form?.addEventListener('input', note)
    return () => form?.removeEventListener('input', note)
  }, [])
  return useCallback(() => {
    const { focus, typed } = since.current
    const { activeElement } = document
    const stayed = activeElement === focus || activeElement === document.body || activeElement === null
    // Where the fix was pressed, or Cancel, the button is gone by now.
    return !typed && (stayed || !document.contains(focus) || activeElement.closest('[role=region]') !== null)
  }, [])
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
