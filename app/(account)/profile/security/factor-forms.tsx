'use client'

import type { ReactNode } from 'react'
import { SubmitButton } from '@/components/button'
import { ConfirmButton } from '@/components/confirm-button'
import { CopyButton } from '@/components/copy-button'
import { PasswordField, TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { PasskeyProof } from '@/components/proof-question'
import { QrCode } from '@/components/qr-code'
import { Section } from '@/components/section'
import { ShownSecret } from '@/components/shown-secret'
import { pressedPrefix } from '@/lib/proof-question'
import type { QrDrawing } from '@/lib/qr'
import { changeFactorAction } from './actions'
import { AddPasskey } from './add-passkey'

type ShownFactor = {
  id: string
  kind: 'totp' | 'passkey'
  name: string
  used: ReactNode
  removeLabel: string
}

type Labels = Record<
  | 'prove'
  | 'proveText'
  | 'currentPassword'
  | 'code'
  | 'codeHelp'
  | 'confirm'
  | 'setUp'
  | 'setUpText'
  | 'key'
  | 'qr'
  | 'copy'
  | 'cancel'
  | 'factors'
  | 'factorsText'
  | 'none'
  | 'remove'
  | 'removeQuestion'
  | 'removeText'
  | 'addPasskey'
  | 'passkeyNeedsScript'
  | 'passkeyFailed'
  | 'addApp'
  | 'newCodes'
  | 'codes'
  | 'codesText'
  | 'codesShown',
  string
>

type Props = {
  email: string
  /** Whether the viewer has just proved who they are; without it nothing here can be changed */
  proved: boolean
  factors: ShownFactor[]
  /** The app that is being set up: its key, and what a camera reads it from */
  begun: { appKey: string; qr: QrDrawing } | null
  labels: Labels
}

/**
 * The second factor of the viewer. One form, so that what was shown last (recovery codes above all) stays although
 * the page changes. What Enter sends stands first.
 */
export function FactorForms({ email, proved, factors, begun, labels }: Props) {
  return (
    <Form action={changeFactorAction} className="space-y-6">
      {({ data }) => (
        <>
          {data?.codes && <NewCodes codes={data.codes} labels={labels} />}
          {!proved && (
            <Proof
              email={email}
              withCode={factors.length > 0}
              withPasskey={factors.some(({ kind }) => kind === 'passkey')}
              labels={labels}
            />
          )}
          {proved && begun && <SetUp {...begun} labels={labels} />}
          <Section title={labels.factors} description={labels.factorsText}>
            {factors.length === 0 ? (
              <p className="text-sm">{labels.none}</p>
            ) : (
              <ul className="divide-y divide-line">
                {factors.map(factor => (
                  <li
                    key={factor.id}
                    className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0"
                  >
                    <div className="min-w-0">
                      <p className="font-medium wrap-anywhere">{factor.name}</p>
                      <p className="text-muted">{factor.used}</p>
                    </div>
                    {proved && (
                      <ConfirmButton
                        name="remove"
                        value={factor.id}
                        variant="danger"
                        plain
                        title={labels.removeQuestion}
                        question={labels.removeText}
                        confirmLabel={labels.remove}
                        aria-label={factor.removeLabel}
                      >
                        {labels.remove}
                      </ConfirmButton>
                    )}
                  </li>
                ))}
              </ul>
            )}
            {proved && !begun && (
              <div className="flex flex-wrap items-center gap-2">
                <AddPasskey labels={labels} />
                <SubmitButton name="what" value="begin-app" variant="secondary">
                  {labels.addApp}
                </SubmitButton>
              </div>
            )}
          </Section>
          {factors.length > 0 && (
            <Section title={labels.codes} description={labels.codesText}>
              {proved && (
                <div>
                  <SubmitButton name="what" value="new-codes" variant="secondary">
                    {labels.codes}
                  </SubmitButton>
                </div>
              )}
            </Section>
          )}
        </>
      )}
    </Form>
  )
}

type PartProps = { labels: Labels }

type ProofProps = PartProps & { email: string; withCode: boolean; withPasskey: boolean }

function Proof({ email, withCode, withPasskey, labels }: ProofProps) {
  return (
    <Section title={labels.prove} description={labels.proveText}>
      {/* So that password managers offer the password of the right account. */}
      <input type="email" name="username" value={email} autoComplete="username" readOnly hidden />
      <PasswordField
        name="currentPassword"
        label={labels.currentPassword}
        autoComplete="current-password"
        required
      />
      {withCode && <CodeField label={labels.code} help={labels.codeHelp} />}
      <div className="flex flex-wrap gap-2">
        <SubmitButton name="what" value={withCode ? 'prove' : 'prove-by-password'}>
          {labels.confirm}
        </SubmitButton>
        {withPasskey && (
          <>
            <input type="hidden" name={`${pressedPrefix}what`} value="proved" />
            <PasskeyProof from="/profile/security/passkey/proof" />
          </>
        )}
      </div>
    </Section>
  )
}

/** An app that waits for its first code. */
function SetUp({ appKey, qr, labels }: PartProps & { appKey: string; qr: QrDrawing }) {
  return (
    <Section title={labels.setUp} description={labels.setUpText}>
      <div className="flex flex-wrap items-start gap-5">
        <div className="w-48 max-w-full">
          <QrCode drawing={qr} label={labels.qr} />
        </div>
        <div className="min-w-0 flex-1 basis-64 space-y-5">
          <ShownSecret kind="secret" label={labels.key} text={appKey} copyLabel={labels.copy} />
          <CodeField label={labels.code} autoFocus />
          <div className="flex flex-wrap gap-2">
            <SubmitButton name="what" value="confirm-app">
              {labels.confirm}
            </SubmitButton>
            <SubmitButton name="what" value="cancel-app" variant="secondary">
              {labels.cancel}
            </SubmitButton>
          </div>
        </div>
      </div>
    </Section>
  )
}

const CodeField = (props: { label: string; help?: string; autoFocus?: boolean }) => (
  <TextField
    {...props}
    name="secretCode"
    autoComplete="one-time-code"
    autoCapitalize="none"
    spellCheck={false}
    width="medium"
    required
  />
)

/** Codes that were just made. Nobody sees them again. */
function NewCodes({ codes, labels }: PartProps & { codes: string[] }) {
  return (
    <Section title={labels.newCodes} description={labels.codesShown}>
      <ul data-recovery-codes className="grid gap-x-6 gap-y-1.5 font-mono sm:grid-cols-2">
        {codes.map(code => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <CopyButton text={codes.join('\n')} label={labels.copy} />
    </Section>
  )
}
