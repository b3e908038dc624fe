'use client'

import { SubmitButton } from '@/components/button'
import type { Option } from '@/components/fields'
import { Form } from '@/components/form'
import { Meanwhile } from '@/components/meanwhile'
import type { Facts } from '@/lib/meanwhile'
import { saveTenantRulesAction } from './actions'
import { PasswordRuleFields, type RuleLabels } from './password-rule-fields'
import { RulesPreview, type SeenRules } from './rules-preview'

type Props = {
  id: string
  facts: Facts
  /** What the installation asks for */
  installation: SeenRules
  signKinds: Option[]
  labels: RuleLabels
  submit: string
}

/** What a tenant asks of passwords beyond the installation. */
export function TenantRulesForm({ id, facts, installation, signKinds, labels, submit }: Props) {
  return (
    <Form action={saveTenantRulesAction} keepWhenDone>
      {({ data }) => (
        <>
          <input type="hidden" name="id" value={id} />
          <Meanwhile opened={facts} seen={data} />
          <PasswordRuleFields facts={facts} signKinds={signKinds} labels={labels} optional />
          <RulesPreview least={installation} />
          <SubmitButton>{submit}</SubmitButton>
        </>
      )}
    </Form>
  )
}
