'use client'

import { useTranslations } from 'next-intl'
import { type ComponentProps, useState } from 'react'
import { classNames } from './class-names'
import { FieldFrame, type FieldProps, useFieldWiring } from './field-frame'
import { useForm } from './form-context'
import { controlClasses, revealClasses } from './looks'

export { CheckboxField, RadioField } from './choice-fields'

type TextFieldProps = FieldProps & Omit<ComponentProps<'input'>, keyof FieldProps | 'className'>

/** One line of text. Shows again what was typed before, when the form comes back from the server. */
export function TextField(props: TextFieldProps) {
  const { label, help, optional, aside, width, id: ownId, defaultValue, ...rest } = props
  const { id, typed, error, declared, aria } = useFieldWiring(rest.name, help, ownId)
  const value = rest.value === undefined ? { defaultValue: typed ?? defaultValue } : {}
  return (
    <FieldFrame {...{ id, label, help, optional, aside, width, error, declared }}>
      <input
        type="text"
        {...rest}
        {...value}
        {...aria}
        readOnly={declared || rest.readOnly}
        id={id}
        className={controlClasses}
      />
    </FieldFrame>
  )
}

type PasswordFieldProps = Omit<TextFieldProps, 'type' | 'defaultValue' | 'value'>

/** A secret: the server never sends it back, so nothing but the person's hand fills it in. */
export function PasswordField(props: PasswordFieldProps) {
  const { label, help, optional, aside, width, id: ownId, ...rest } = props
  const { id, error, declared, aria } = useFieldWiring(rest.name, help, ownId)
  const { pending } = useForm()
  const [shown, setShown] = useState(false)
  const t = useTranslations('components')
  return (
    <FieldFrame {...{ id, label, help, optional, aside, width, error, declared }}>
      <div className="relative">
        <input
          spellCheck={false}
          autoCapitalize="none"
          {...rest}
          {...aria}
          readOnly={declared || rest.readOnly}
          id={id}
          // Hidden again before it is sent, or browsers would remember it as ordinary text.
          type={shown && !pending ? 'text' : 'password'}
          className={classNames(controlClasses, 'pr-16 noscript:pr-2.5')}
        />
        <button
          type="button"
          aria-controls={id}
          onClick={() => setShown(!shown)}
          className={classNames(revealClasses, 'noscript:hidden')}
        >
          {shown ? t('hide') : t('show')}
        </button>
      </div>
    </FieldFrame>
  )
}

type TextAreaFieldProps = FieldProps & {
  /** Fixed-width type, for certificates and the like. */
  mono?: boolean
} & Omit<ComponentProps<'textarea'>, keyof FieldProps | 'className'>

/** Several lines of text. */
export function TextAreaField(props: TextAreaFieldProps) {
  const { label, help, optional, aside, width, mono, id: ownId, defaultValue, ...rest } = props
  const { id, typed, error, declared, aria } = useFieldWiring(rest.name, help, ownId)
  const value = rest.value === undefined ? { defaultValue: typed ?? defaultValue } : {}
  return (
    <FieldFrame {...{ id, label, help, optional, aside, width, error, declared }}>
      <textarea
        rows={4}
        {...rest}
        {...value}
        {...aria}
        readOnly={declared || rest.readOnly}
        id={id}
        className={classNames(controlClasses, mono && 'font-mono')}
      />
    </FieldFrame>
  )
}

export type Option = { value: string; label: string; disabled?: boolean }
type OptionGroup = { label: string; options: Option[] }

type SelectFieldProps = FieldProps & { options: (Option | OptionGroup)[] } & Omit<
    ComponentProps<'select'>,
    keyof FieldProps | 'className' | 'children'
  >

/** A native choice of one. */
export function SelectField(props: SelectFieldProps) {
  const { label, help, optional, aside, width, options, id: ownId, defaultValue, ...rest } = props
  const { id, typed, error, declared, aria } = useFieldWiring(rest.name, help, ownId)
  const initial = typed ?? defaultValue
  const value = rest.value === undefined ? { defaultValue: initial } : {}
  return (
    <FieldFrame {...{ id, label, help, optional, aside, width, error, declared }}>
      {/* React sets the default of a select once only; a new default needs a new element. */}
      <select
        key={rest.value === undefined ? String(initial) : 'controlled'}
        {...rest}
        {...value}
        {...aria}
        disabled={declared || rest.disabled}
        id={id}
        className={controlClasses}
      >
        {options.map(option =>
          'options' in option ? (
            <optgroup key={option.label} label={option.label}>
              {option.options.map(toOption)}
            </optgroup>
          ) : (
            toOption(option)
          ),
        )}
      </select>
      {/* What is disabled is not sent. */}
      {declared && <input type="hidden" name={rest.name} value={String(rest.value ?? initial ?? '')} />}
    </FieldFrame>
  )
}

const toOption = (option: Option) => (
  <option key={option.value} value={option.value} disabled={option.disabled}>
    {option.label}
  </option>
)
