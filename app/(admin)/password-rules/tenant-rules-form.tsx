'use client'

import { SubmitButton } from '@/components/button'
import type { Option } from '@/components/fields'
import { Form } from '@/components/form'
import { Meanwhile } from '@/components/meanwhile'
import type { Facts } from '@/lib/meanwhile'
import { saveTenantRulesAction } from './actions'
import { PasswordRuleFields, type RuleLabels } from './password-rule-fields'

type Props = { id: string; facts: Facts; signKinds: Option[]; labels: RuleLabels; submit: string }

/** What a tenant asks of passwords beyond the installation. */
export function TenantRulesForm({ id, facts, signKinds, labels, submit }: Props) {
  return (
    <Form action={saveTenantRulesAction} keepWhenDone>
      {({ data }) => (
        <>
          <input type="hidden" name="id" value={id} />
          <Meanwhile opened={facts} seen={data} />
          <PasswordRuleFields facts={facts} signKinds={signKinds} labels={labels} optional />
          <SubmitButton>{submit}</SubmitButton>
        </>
      )}
    </Form>
  )
}
