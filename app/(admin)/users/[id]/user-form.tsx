'use client'

import { SubmitButton } from '@/components/button'
import { type Option, SelectField, TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { Meanwhile } from '@/components/meanwhile'
import type { Facts } from '@/lib/meanwhile'
import { PlaceFields, type PlaceLabels, type Tenant } from '../new/place-fields'
import { saveUserAction } from './actions'

type Props = {
  userId: string
  /** What the user is now, by the names of the fields */
  facts: Facts
  roles: Option[]
  tenants: Tenant[]
  choosesTenant: boolean
  languages: Option[]
  labels: PlaceLabels & Record<'firstName' | 'lastName' | 'language' | 'submit', string>
}

/** Who a user is, what they may do, and where they belong. */
export function UserForm({ userId, facts, languages, labels, ...places }: Props) {
  return (
    <Form action={saveUserAction} keepWhenDone>
      {({ data }) => (
        <>
          <input type="hidden" name="userId" value={userId} />
          <Meanwhile opened={facts} seen={data} />
          <div className="grid gap-5 sm:grid-cols-2">
            <TextField
              name="firstName"
              label={labels.firstName}
              defaultValue={facts.firstName}
              autoComplete="off"
              optional
            />
            <TextField
              name="lastName"
              label={labels.lastName}
              defaultValue={facts.lastName}
              autoComplete="off"
              optional
            />
          </div>
          <PlaceFields {...places} chosen={facts} labels={labels} />
          <SelectField
            name="locale"
            label={labels.language}
            options={languages}
            defaultValue={facts.locale}
            width="medium"
          />
          <SubmitButton>{labels.submit}</SubmitButton>
        </>
      )}
    </Form>
  )
}
