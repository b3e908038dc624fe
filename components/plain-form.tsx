// A form and its fields on pages without React in the browser: what was typed and what is wrong are handed in.
import type { ComponentProps, ReactNode } from 'react'
import type { FormState } from '@/lib/form-state'
import { FieldLayout, type FieldLayoutProps, fieldAria } from './field-layout'
import { buttonClasses, controlClasses, revealClasses } from './looks'
import { Outcome, wrongFields } from './outcome'

/** How the form of a page ended that was sent, and the texts of `components` in the catalogue. */
export type Sent = { state: FormState; t: (key: string, values?: Record<string, number>) => string }

type FormProps = {
  sent: Sent
  /** Another page's form; without it, this one's */
  action?: string
  children: ReactNode
}

/** A form that the browser posts by itself. The outcome stands at its top, what is wrong with a field at the field. */
export function PlainForm({ sent, action, children }: FormProps) {
  return (
    // The server says what is wrong, in the reader's language and at the field; the browser's bubbles would come first.
    <form method="post" action={action} noValidate className="space-y-5">
      {/* With a wrong field the focus is there. */}
      <Outcome {...sent} autoFocus={wrongFields(sent.state).length === 0} />
      {children}
    </form>
  )
}

type FieldProps = { sent: Sent } & Pick<FieldLayoutProps, 'label' | 'help'> & {
    name: string
    optional?: boolean
  }
type InputProps = FieldProps & Omit<ComponentProps<'input'>, keyof FieldProps | 'className' | 'value'>

/** One line of text. Shows again what was typed before, unless it is done. */
export function PlainTextField({ sent, label, help, optional, defaultValue, ...rest }: InputProps) {
  const { state, t } = sent
  const typed = state.status === 'done' ? undefined : state.values?.[rest.name]
  const { layout, control } = wiring({ sent, label, help, ...rest })
  return (
    <FieldLayout {...layout} optional={optional && t('optional')}>
      <input type="text" {...rest} {...control} defaultValue={typed ?? defaultValue} />
    </FieldLayout>
  )
}

/** A secret: the server never sends it back, so nothing but the person's hand fills it in. */
export function PlainPasswordField({ sent, label, help, optional: _, ...rest }: InputProps) {
  const { t } = sent
  const { layout, control } = wiring({ sent, label, help, ...rest })
  return (
    <FieldLayout {...layout}>
      <div className="relative">
        <input spellCheck={false} autoCapitalize="none" {...rest} {...control} type="password" />
        <button
          type="button"
          hidden
          aria-controls={rest.name}
          data-reveals={rest.name}
          data-show={t('show')}
          data-hide={t('hide')}
          className={revealClasses}
        >
          {t('show')}
        </button>
      </div>
    </FieldLayout>
  )
}

/** What ties label, control and error together. After a failure the hand is needed at the first wrong field. */
function wiring({ sent: { state }, name, label, help, autoFocus }: InputProps) {
  const error = state.fields?.[name]
  return {
    layout: { id: name, label, help, error },
    control: {
      ...fieldAria(name, help, error),
      id: name,
      autoFocus: state.status === 'idle' ? autoFocus : wrongFields(state)[0] === name,
      className: controlClasses,
    },
  }
}

/** Sends its form, and shows that it is under way. */
export function PlainSubmitButton({ children }: { children: ReactNode }) {
  return (
    <button type="submit" className={buttonClasses('primary', 'group')}>
      <svg
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
        aria-hidden="true"
        className="hidden size-4 group-aria-disabled:block motion-safe:animate-spin"
      >
        <path d="M21 12a9 9 0 1 1-6.22-8.56" />
      </svg>
      {children}
    </button>
  )
}
