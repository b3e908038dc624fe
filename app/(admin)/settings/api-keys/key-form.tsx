'use client'

import { SubmitButton } from '@/components/button'
import { CopyField } from '@/components/copy-field'
import { FieldError } from '@/components/field-layout'
import { CheckboxField, type Option, SelectField, TextAreaField, TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { useField } from '@/components/form-context'
import { buttonClasses } from '@/components/looks'
import { Section } from '@/components/section'
import { createKeyAction } from './actions'

type Labels = Record<
  | 'make'
  | 'name'
  | 'nameHelp'
  | 'scopes'
  | 'scopesHelp'
  | 'expires'
  | 'networks'
  | 'networksHelp'
  | 'perMinute'
  | 'create'
  | 'key'
  | 'copy'
  | 'another',
  string
>

type Props = {
  resources: { name: string; scopes: string[] }[]
  days: Option[]
  perMinute: number
  labels: Labels
}

/** A new key: what it is for, what it may do, and then the key itself, once. */
export function KeyForm({ resources, days, perMinute, labels }: Props) {
  return (
    <Section title={labels.make}>
      <Form action={createKeyAction}>
        {({ data }) =>
          data ? (
            <>
              <div data-key={data.text}>
                <CopyField label={labels.key} text={data.text} copyLabel={labels.copy} />
              </div>
              <p>
                {/* Not a link of the router: it would stay on this page, with the key. */}
                <a href="/settings/api-keys" className={buttonClasses()}>
                  {labels.another}
                </a>
              </p>
            </>
          ) : (
            <>
              <TextField
                name="name"
                label={labels.name}
                help={labels.nameHelp}
                width="medium"
                autoComplete="off"
                maxLength={60}
                required
              />
              <Scopes resources={resources} labels={labels} />
              <SelectField name="days" label={labels.expires} options={days} width="medium" />
              <TextAreaField
                name="networks"
                label={labels.networks}
                help={labels.networksHelp}
                rows={2}
                mono
                optional
              />
              <TextField
                name="perMinute"
                label={labels.perMinute}
                inputMode="numeric"
                defaultValue={perMinute}
                width="short"
                required
              />
              <SubmitButton>{labels.create}</SubmitButton>
            </>
          )
        }
      </Form>
    </Section>
  )
}

function Scopes({ resources, labels }: Pick<Props, 'resources' | 'labels'>) {
  const { error } = useField('scopes')
  return (
    <fieldset
      className="space-y-3"
      aria-invalid={error ? true : undefined}
      aria-describedby={error ? 'scopes-error' : undefined}
    >
      <legend className="mb-1 font-medium text-sm">{labels.scopes}</legend>
      <p className="text-muted text-sm">{labels.scopesHelp}</p>
      <FieldError id="scopes" error={error} />
      <ul className="divide-y divide-line">
        {resources.map(({ name, scopes }) => (
          <li key={name} className="grid gap-x-4 gap-y-1 py-2 sm:grid-cols-[1fr_auto_auto]">
            <span className="text-sm">{name}</span>
            {scopes.map(scope => (
              <div key={scope} className="font-mono sm:w-52">
                <CheckboxField name={scope} label={scope} value="on" />
              </div>
            ))}
          </li>
        ))}
      </ul>
    </fieldset>
  )
}
