'use client'

import { createContext, type RefObject, useContext } from 'react'
import { type FormState, idle } from '@/lib/form-state'

export type FormContextValue = {
  state: FormState<unknown>
  pending: boolean
  /** The button that sent the form, while it is under way. */
  submitter: HTMLElement | null
  form: RefObject<HTMLFormElement | null>
}

/** What fields and buttons know of the form around them; outside of one, an idle form. */
export const FormContext = createContext<FormContextValue>({
  state: idle,
  pending: false,
  submitter: null,
  form: { current: null },
})

/** The form around a component. */
export const useForm = () => useContext(FormContext)

/** What the form knows of one field: what was typed into it before, and what is wrong with it. */
export function useField(name: string) {
  const { state } = useForm()
  return { typed: state.values?.[name], error: state.fields?.[name] }
}
