'use client'

import { SubmitButton } from '@/components/button'
import { TextField } from '@/components/fields'
import { Form, type FormAction } from '@/components/form'
import { Meanwhile, type Seen } from '@/components/meanwhile'

type Props = {
  action: FormAction<Seen>
  id: string
  name: string
  labels: { name: string; submit: string }
}

/** Another name for a tenant or a customer. */
export function RenameForm({ action, id, name, labels }: Props) {
  return (
    <Form action={action} keepWhenDone>
      {({ data }) => (
        <>
          <input type="hidden" name="id" value={id} />
          <Meanwhile opened={{ name }} seen={data} />
          <TextField
            name="name"
            label={labels.name}
            defaultValue={name}
            width="medium"
            autoComplete="off"
            required
          />
          <SubmitButton variant="secondary">{labels.submit}</SubmitButton>
        </>
      )}
    </Form>
  )
}
