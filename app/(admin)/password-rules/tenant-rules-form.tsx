'use client'

import { SubmitButton } from '@/components/button'
import { type Option, SelectField } from '@/components/fields'
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
  secondFactors: Option[]
  secondFactorLabel: { label: string; help: string }
  labels: RuleLabels
  submit: string
}

/** What a tenant asks of passwords beyond the installation. */
export function TenantRulesForm(props: Props) {
  const { id, facts, installation, signKinds, secondFactors, secondFactorLabel, labels, submit } = props
  return (
    <Form action={saveTenantRulesAction} keepWhenDone>
      {({ data }) => (
        <>
          <input type="hidden" name="id" value={id} />
          <Meanwhile opened={facts} seen={data} />
          <PasswordRuleFields facts={facts} signKinds={signKinds} labels={labels} optional />
          <RulesPreview least={installation} />
          <SelectField
            name="secondFactor"
            {...secondFactorLabel}
            options={secondFactors}
            defaultValue={facts.secondFactor}
            width="medium"
          />
          <SubmitButton>{submit}</SubmitButton>
        </>
      )}
    </Form>
  )
}
