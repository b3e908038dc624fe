'use client'

import { SubmitButton } from '@/components/button'
import { CheckboxField, type Option, SelectField, TextAreaField, TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { Meanwhile } from '@/components/meanwhile'
import type { Facts } from '@/lib/meanwhile'
import { saveTenantMailAction } from './actions'

export type MailPolicyField =
  | 'servers'
  | 'accountMails'
  | 'fallsBack'
  | 'senderDomains'
  | 'maxPerMinute'
  | 'maxPerDay'

type Props = {
  id: string
  facts: Facts
  choices: Option[]
  labels: Record<MailPolicyField, { label: string; help: string }>
  submit: string
}

/** By which servers the mails of a tenant go, and how many by those of the installation. */
export function TenantMailForm({ id, facts, choices, labels, submit }: Props) {
  return (
    <Form action={saveTenantMailAction} keepWhenDone>
      {({ data }) => (
        <>
          <input type="hidden" name="id" value={id} />
          <Meanwhile opened={facts} seen={data} />
          <SelectField
            name="servers"
            {...labels.servers}
            options={choices}
            defaultValue={facts.servers}
            width="medium"
          />
          <CheckboxField
            name="accountMails"
            {...labels.accountMails}
            defaultChecked={facts.accountMails === 'on'}
          />
          <CheckboxField name="fallsBack" {...labels.fallsBack} defaultChecked={facts.fallsBack === 'on'} />
          <TextAreaField
            name="senderDomains"
            {...labels.senderDomains}
            defaultValue={facts.senderDomains}
            rows={2}
            spellCheck={false}
            optional
          />
          {(['maxPerMinute', 'maxPerDay'] as const).map(field => (
            <TextField
              key={field}
              name={field}
              {...labels[field]}
              defaultValue={facts[field]}
              inputMode="numeric"
              autoComplete="off"
              width="short"
              optional
            />
          ))}
          <SubmitButton>{submit}</SubmitButton>
        </>
      )}
    </Form>
  )
}
