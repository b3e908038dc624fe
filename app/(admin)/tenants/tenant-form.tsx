'use client'

import { SubmitButton } from '@/components/button'
import { DeclaredFields } from '@/components/declared-fields'
import { type Option, SelectField, TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { Meanwhile } from '@/components/meanwhile'
import type { Facts } from '@/lib/meanwhile'
import { changeTenantAction } from './actions'

type Props = {
  id: string
  facts: Facts
  /** It is declared from outside */
  declared: boolean
  languages: Option[]
  labels: Record<'name' | 'language' | 'languageHelp' | 'submit', string>
}

/** What a tenant is called, and the language of its new users. */
export function TenantForm({ id, facts, declared, languages, labels }: Props) {
  return (
    <Form action={changeTenantAction} keepWhenDone>
      {({ data }) => (
        <DeclaredFields names={declared ? 'all' : []}>
          <input type="hidden" name="id" value={id} />
          <Meanwhile opened={facts} seen={data} />
          <TextField
            name="name"
            label={labels.name}
            defaultValue={facts.name}
            width="medium"
            autoComplete="off"
            required
          />
          <SelectField
            name="locale"
            label={labels.language}
            help={labels.languageHelp}
            options={languages}
            defaultValue={facts.locale}
            width="medium"
          />
          {!declared && <SubmitButton variant="secondary">{labels.submit}</SubmitButton>}
        </DeclaredFields>
      )}
    </Form>
  )
}
