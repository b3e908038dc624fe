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

/** The names of fields that are declared from outside, see `DeclaredFields`. */
export const DeclaredContext = createContext<readonly string[] | 'all'>([])

/** Whether nothing of the form around can be changed: all of it is declared from outside. */
export const useOnlyShown = (): boolean => useContext(DeclaredContext) === 'all'

/** What is known of one field: what was typed into it before, what is wrong with it, and whether it is only shown. */
export function useField(name: string) {
  const { state } = useForm()
  const names = useContext(DeclaredContext)
  const declared = names === 'all' || names.includes(name)
  return { typed: state.values?.[name], error: state.fields?.[name], declared }
}
