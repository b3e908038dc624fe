import { CheckboxField, type Option, SelectField, TextField } from '@/components/fields'
import type { Facts } from '@/lib/meanwhile'

type Rule = 'minimumLength' | 'signKinds' | 'rememberedPasswords' | 'passwordDays' | 'renewWeaker'

export type RuleLabels = Record<Rule, { label: string; help: string }>

type Props = {
  /** What is set now, by the names of the fields */
  facts: Facts
  signKinds: Option[]
  labels: RuleLabels
  /** Whether a field may stay empty */
  optional?: boolean
}

/** The rules of passwords, of the installation or of a tenant. */
export function PasswordRuleFields({ facts, signKinds, labels, optional = false }: Props) {
  const number = (name: Rule) => (
    <TextField
      name={name}
      {...labels[name]}
      defaultValue={facts[name]}
      inputMode="numeric"
      autoComplete="off"
      width="short"
      optional={optional}
      required={!optional}
    />
  )
  return (
    <>
      {number('minimumLength')}
      <SelectField
        name="signKinds"
        {...labels.signKinds}
        options={signKinds}
        defaultValue={facts.signKinds}
        width="medium"
      />
      {number('rememberedPasswords')}
      {number('passwordDays')}
      <CheckboxField
        name="renewWeaker"
        {...labels.renewWeaker}
        defaultChecked={facts.renewWeaker === 'true'}
      />
    </>
  )
}
