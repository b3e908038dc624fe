'use client'

import { SubmitButton } from '@/components/button'
import { ConfirmButton } from '@/components/confirm-button'
import { Form } from '@/components/form'
import { dkimAction } from './actions'

type Props = {
  domain: string
  state: 'none' | 'waiting' | 'signing' | 'partly'
  labels: Record<'create' | 'activate' | 'deactivate' | 'delete' | 'question' | 'explanation', string>
}

/** One form, whose buttons say what to do: its outcome stays although other buttons take their place. */
export function DkimForm({ domain, state, labels }: Props) {
  return (
    <Form action={dkimAction}>
      <input type="hidden" name="domain" value={domain} />
      <div className="flex flex-wrap gap-2">
        {state === 'none' && (
          <SubmitButton name="what" value="create" variant="secondary">
            {labels.create}
          </SubmitButton>
        )}
        {(state === 'waiting' || state === 'partly') && (
          <SubmitButton name="what" value="activate">
            {labels.activate}
          </SubmitButton>
        )}
        {(state === 'signing' || state === 'partly') && (
          <SubmitButton name="what" value="deactivate" variant="secondary">
            {labels.deactivate}
          </SubmitButton>
        )}
        {state !== 'none' && (
          <ConfirmButton
            name="what"
            value="delete"
            variant="danger"
            title={labels.question}
            question={labels.explanation}
          >
            {labels.delete}
          </ConfirmButton>
        )}
      </div>
    </Form>
  )
}
