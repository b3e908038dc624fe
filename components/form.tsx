'use client'

import { unstable_isUnrecognizedActionError } from 'next/navigation'
import { useTranslations } from 'next-intl'
import {
  type ComponentProps,
  type ReactNode,
  startTransition,
  useActionState,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { type FormState, idle } from '@/lib/form-state'
import { classNames } from './class-names'
import { FormContext } from './form-context'
import { Outcome } from './outcome'
import { ProofQuestion } from './proof-question'
import { RenderedForField } from './rendered-for'

export type FormAction<Data = undefined> = (
  previous: FormState<Data>,
  formData: FormData,
) => Promise<FormState<Data>>

type Props<Data> = Omit<ComponentProps<'form'>, 'action' | 'children' | 'onSubmit'> & {
  action: FormAction<Data>
  children: ReactNode | ((state: FormState<Data>, pending: boolean) => ReactNode)
  /** Leaves what was typed in the fields after `done`; without it the form starts afresh. */
  keepWhenDone?: boolean
  /** Its outcome is told by what is in it, where it stays in sight. */
  outcomeElsewhere?: boolean
}

/**
 * A form around a server action. Without JavaScript the browser posts it and the server renders the
 * outcome; with it the same action runs in the page. The outcome is announced at the top, what is wrong
 * with a field stands at the field, and after a failure the focus goes to where the hand is needed.
 */
export function Form<Data = undefined>({
  action,
  children,
  keepWhenDone = false,
  outcomeElsewhere = false,
  className,
  ...rest
}: Props<Data>) {
  const t = useTranslations('components')
  const [state, dispatch, pending] = useActionState<FormState<Data>, FormData>(
    // What the server renders names the action itself, so that a browser without JavaScript can post to it.
    (typeof window === 'undefined' ? action : unlessOld(action, t('updated'))) as (
      previous: Awaited<FormState<Data>>,
      formData: FormData,
    ) => Promise<FormState<Data>>,
    idle as Awaited<FormState<Data>>,
  )
  const [submitter, setSubmitter] = useState<HTMLElement | null>(null)
  const form = useRef<HTMLFormElement>(null)
  const alert = useRef<HTMLDivElement>(null)

  useLayoutEffect(() => {
    if (state.status === 'done' && !keepWhenDone) form.current?.reset()
  }, [state, keepWhenDone])

  useEffect(() => {
    if ((state.status !== 'invalid' && state.status !== 'refused') || state.proof) return
    const wrong = form.current && firstInvalid(form.current)
    const target = wrong ?? alert.current
    target?.focus()
  }, [state])

  // What was typed is shown again to be mended, not once it is done.
  const afresh = state.status === 'done' && !keepWhenDone
  const shown = useMemo(() => (afresh ? { ...state, values: undefined } : state), [state, afresh])

  return (
    <FormContext value={{ state: shown, pending, submitter, form }}>
      <form
        {...rest}
        ref={form}
        action={dispatch}
        // The server says what is wrong, in the viewer's language and at the field; the browser's bubbles would come first.
        noValidate
        className={classNames('space-y-5', className)}
        onSubmit={event => {
          // A form in a dialog bubbles through React's tree, not the page's: it is not this one.
          if (event.target !== event.currentTarget) return
          // Handed over to React as an `action`, the form would be emptied after every outcome, passwords
          // and all. So that nothing is typed twice, the action is started here instead.
          event.preventDefault()
          if (pending) return
          const button = (event.nativeEvent as SubmitEvent).submitter
          const formData = new FormData(event.currentTarget, button)
          setSubmitter(button)
          startTransition(() => dispatch(formData))
        }}
      >
        <RenderedForField />
        {!outcomeElsewhere && <Outcome state={state} t={t} alert={alert} />}
        <ProofQuestion />
        {typeof children === 'function' ? children(state, pending) : children}
      </form>
    </FormContext>
  )
}

/** The action; where the server is of another build and does not know it, what was typed stays, and `sentence` says so. */
const unlessOld =
  <Data,>(action: FormAction<Data>, sentence: string): FormAction<Data> =>
  async (previous, formData) => {
    try {
      return await action(previous, formData)
    } catch (error) {
      if (!unstable_isUnrecognizedActionError(error)) throw error
      return { status: 'refused', message: sentence }
    }
  }

/** The first control that carries an error; of a group of radio buttons, its first button. */
function firstInvalid(form: HTMLFormElement): HTMLElement | null {
  const marked = form.querySelector<HTMLElement>('[aria-invalid="true"]')
  return marked?.matches('fieldset') ? marked.querySelector('input') : marked
}
