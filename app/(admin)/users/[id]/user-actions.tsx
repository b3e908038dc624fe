'use client'

import { SubmitButton } from '@/components/button'
import { Form } from '@/components/form'
import { Notice } from '@/components/notice'
import type { UserState } from '@/generated/prisma/enums'
import { changeUserAction } from './actions'
import { ActivationLink } from './activation-link'

type Labels = Record<
  'resend' | 'copyLink' | 'sendReset' | 'disable' | 'enable' | 'activationLink' | 'copy' | 'linkReady',
  string
>

type Props = {
  userId: string
  state: UserState
  /** What happened on the way here; it makes room for what happens next. */
  notice?: string
  labels: Labels
}

/**
 * One form, whose buttons say what to do: its outcome stays on the page although the account's new
 * state calls for other buttons.
 */
export function UserActions({ userId, state, notice, labels }: Props) {
  return (
    <Form action={changeUserAction}>
      {({ status, data }) => (
        <>
          {status === 'idle' && notice && (
            <Notice tone="success" role="status">
              {notice}
            </Notice>
          )}
          {data && state === 'pending' && <ActivationLink shown={data} labels={labels} />}
          <input type="hidden" name="userId" value={userId} />
          <div className="flex flex-wrap gap-2">
            {state === 'pending' && (
              <>
                <SubmitButton name="what" value="resend" variant="primary">
                  {labels.resend}
                </SubmitButton>
                <SubmitButton name="what" value="copy-link" variant="secondary">
                  {labels.copyLink}
                </SubmitButton>
              </>
            )}
            {state === 'active' && (
              <SubmitButton name="what" value="send-reset" variant="secondary">
                {labels.sendReset}
              </SubmitButton>
            )}
            {state === 'disabled' ? (
              <SubmitButton name="what" value="enable" variant="secondary">
                {labels.enable}
              </SubmitButton>
            ) : (
              <SubmitButton name="what" value="disable" variant="secondary">
                {labels.disable}
              </SubmitButton>
            )}
          </div>
        </>
      )}
    </Form>
  )
}
