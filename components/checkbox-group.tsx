'use client'

import { CheckboxField } from './choice-fields'
import { classNames } from './class-names'
import { FieldError, FieldHelp } from './field-layout'
import { useField } from './form-context'

type Box = { name: string; label: string; checked?: boolean }

type Props = {
  /** Where a refusal of the whole choice is told */
  name: string
  label: string
  help?: string
  /** Each with a word for what its boxes are about */
  rows: { name: string; boxes: Box[] }[]
}

/** A choice of any number, in rows. Each box is a field of its own: a browser sends those that are ticked. */
export function CheckboxGroup({ name, label, help, rows }: Props) {
  const { error } = useField(name)
  return (
    <fieldset
      aria-invalid={error ? true : undefined}
      aria-describedby={error ? `${name}-error` : undefined}
      className="space-y-1"
    >
      <legend className="mb-1 font-medium text-sm">{label}</legend>
      <FieldError id={name} error={error} />
      <FieldHelp id={name} help={help} />
      <ul className="divide-y divide-line">
        {rows.map(row => (
          <li key={row.name} className="flex flex-wrap items-start gap-x-4 gap-y-1 py-2">
            <span
              className={classNames(
                'min-w-0 flex-1 text-sm',
                row.boxes.length > 1 ? 'basis-full' : 'basis-52',
              )}
            >
              {row.name}
            </span>
            {row.boxes.map(box => (
              <div key={box.name} className="basis-56 font-mono">
                <CheckboxField name={box.name} label={box.label} value="on" defaultChecked={box.checked} />
              </div>
            ))}
          </li>
        ))}
      </ul>
    </fieldset>
  )
}
