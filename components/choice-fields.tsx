'use client'

import { useTranslations } from 'next-intl'
import type { ComponentProps, ReactNode } from 'react'
import { type FieldProps, useFieldWiring } from './field-frame'
import { FieldError, FieldHelp } from './field-layout'
import { useForm } from './form-context'

// The target is the whole line of control and label: at least 24 px high.
const lineClasses = 'flex min-h-6 items-start gap-2.5'
const boxClasses = 'mt-0.5 size-4 shrink-0 accent-accent'

type CheckboxFieldProps = Pick<FieldProps, 'name' | 'label' | 'help'> &
  Omit<ComponentProps<'input'>, 'type' | 'name' | 'className'>

/** Yes or no. A browser sends an unticked box as nothing at all. */
export function CheckboxField(props: CheckboxFieldProps) {
  const { label, help, id: ownId, defaultChecked, ...rest } = props
  const { id, typed, error, declared, aria } = useFieldWiring(rest.name, help, ownId)
  const { state } = useForm()
  const t = useTranslations('components')
  const ticked = state.values ? typed !== undefined && typed !== 'false' : defaultChecked
  const checked = rest.checked === undefined ? { defaultChecked: ticked } : {}
  return (
    <div className="space-y-1">
      <div className={lineClasses}>
        <input
          {...rest}
          {...checked}
          {...aria}
          disabled={declared || rest.disabled}
          id={id}
          type="checkbox"
          className={boxClasses}
        />
        {/* What is disabled is not sent. */}
        {declared && (rest.checked ?? ticked) && <input type="hidden" name={rest.name} value="on" />}
        <label htmlFor={id} className="min-h-6 text-sm">
          {label}
        </label>
        {declared && <span className="ml-auto text-muted text-sm">{t('declared')}</span>}
      </div>
      <div className="space-y-1 pl-6.5">
        <FieldError id={id} error={error} />
        <FieldHelp id={id} help={help} />
      </div>
    </div>
  )
}

type RadioOption = { value: string; label: string; help?: ReactNode }

type RadioFieldProps = Pick<FieldProps, 'name' | 'label' | 'help'> & {
  options: RadioOption[]
  defaultValue?: string
  required?: boolean
  onValueChange?: (value: string) => void
}

/** A choice of one where every choice is worth reading. */
export function RadioField({
  name,
  label,
  help,
  options,
  defaultValue,
  required,
  onValueChange,
}: RadioFieldProps) {
  const { id, typed, error, aria } = useFieldWiring(name, help)
  const initial = typed ?? defaultValue
  return (
    <fieldset
      {...aria}
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a plain group has no aria-invalid
      role="radiogroup"
      aria-labelledby={`${id}-legend`}
      aria-required={required}
      className="space-y-2"
    >
      <legend id={`${id}-legend`} className="mb-1.5 font-medium text-sm">
        {label}
      </legend>
      {options.map(option => (
        <div key={option.value} className="space-y-0.5">
          <div className={lineClasses}>
            <input
              id={`${id}-${option.value}`}
              type="radio"
              name={name}
              value={option.value}
              defaultChecked={option.value === initial}
              aria-describedby={option.help ? `${id}-${option.value}-help` : undefined}
              onChange={onValueChange && (() => onValueChange(option.value))}
              className={boxClasses}
            />
            <label htmlFor={`${id}-${option.value}`} className="min-h-6 text-sm">
              {option.label}
            </label>
          </div>
          <div className="pl-6.5">
            <FieldHelp id={`${id}-${option.value}`} help={option.help} />
          </div>
        </div>
      ))}
      <FieldError id={id} error={error} />
      <FieldHelp id={id} help={help} />
    </fieldset>
  )
}
