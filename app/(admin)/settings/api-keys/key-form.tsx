'use client'

import { SubmitButton } from '@/components/button'
import { CheckboxGroup } from '@/components/checkbox-group'
import { type Option, SelectField, TextAreaField, TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { buttonClasses } from '@/components/looks'
import { Section } from '@/components/section'
import { ShownSecret } from '@/components/shown-secret'
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
              <ShownSecret kind="key" label={labels.key} text={data.text} copyLabel={labels.copy} />
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
              <CheckboxGroup
                name="scopes"
                label={labels.scopes}
                help={labels.scopesHelp}
                rows={resources.map(({ name, scopes }) => ({
                  name,
                  boxes: scopes.map(scope => ({ name: scope, label: scope })),
                }))}
              />
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
