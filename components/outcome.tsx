import type { Ref } from 'react'
import type { FormState } from '@/lib/form-state'
import { Notice } from './notice'

type Props = {
  state: FormState<unknown>
  /** The texts of `components` in the catalogue */
  t: (key: string, values?: Record<string, number>) => string
  /** How many fields are still wrong, where some may have been mended since */
  wrong?: number
  /** Of the refusal, which gets the focus */
  alert?: Ref<HTMLDivElement>
  autoFocus?: boolean
}

/** How a form ended, in one sentence; a refusal that stands at a field is announced like an invalid one. */
export function Outcome({ state, t, wrong = wrongFields(state).length, alert, autoFocus }: Props) {
  const { status, message } = state
  if (status === 'done' && message)
    return (
      <Notice tone="success" role="status">
        {message}
      </Notice>
    )
  if (status !== 'invalid' && status !== 'refused') return null
  const told = message ?? (wrong > 0 && t('invalid', { count: wrong }))
  return (
    told && (
      <Notice tone="danger" role="alert" ref={alert} autoFocus={autoFocus}>
        {told}
      </Notice>
    )
  )
}

/** The names of the fields that are wrong, in the order of the form's rules. */
export const wrongFields = ({ fields }: FormState<unknown>): string[] => Object.keys(fields ?? {})
