'use client'

import { SubmitButton } from '@/components/button'
import { type Option, SelectField, TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { savePersonAction } from './actions'

type Props = {
  person: { firstName: string; lastName: string; locale: string }
  languages: Option[]
  labels: { firstName: string; lastName: string; language: string; submit: string }
}

export function PersonForm({ person, languages, labels }: Props) {
  return (
    <Form action={savePersonAction} keepWhenDone>
      <div className="grid gap-5 sm:grid-cols-2">
        <TextField
          name="firstName"
          label={labels.firstName}
          defaultValue={person.firstName}
          autoComplete="given-name"
        />
        <TextField
          name="lastName"
          label={labels.lastName}
          defaultValue={person.lastName}
          autoComplete="family-name"
        />
      </div>
      <SelectField
        name="locale"
        label={labels.language}
        options={languages}
        defaultValue={person.locale}
        width="medium"
      />
      <SubmitButton>{labels.submit}</SubmitButton>
    </Form>
  )
}
