'use client'

import { SubmitButton } from '@/components/button'
import { DeclaredFields } from '@/components/declared-fields'
import { type Option, SelectField, TextAreaField, TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { Meanwhile } from '@/components/meanwhile'
import { Section } from '@/components/section'
import type { Facts } from '@/lib/meanwhile'
import { PasswordRuleFields, type RuleLabels } from '../password-rules/password-rule-fields'
import { RulesPreview } from '../password-rules/rules-preview'
import { AccentField } from './accent-field'
import { saveSettingsAction } from './actions'
import { SessionFields, type SessionLabels } from './session-fields'

type Labels = Record<
  | 'who'
  | 'whoText'
  | 'name'
  | 'nameHelp'
  | 'supportAddress'
  | 'supportAddressHelp'
  | 'locale'
  | 'localeHelp'
  | 'look'
  | 'lookText'
  | 'accent'
  | 'accentHelp'
  | 'accentPick'
  | 'accounts'
  | 'accountsText'
  | 'activationHours'
  | 'activationHoursHelp'
  | 'resetHours'
  | 'resetHoursHelp'
  | 'secondFactor'
  | 'secondFactorHelp'
  | 'addresses'
  | 'addressesText'
  | 'allowedDomains'
  | 'allowedDomainsHelp'
  | 'blockedDomains'
  | 'blockedDomainsHelp'
  | 'disposable'
  | 'disposableHelp'
  | 'passwords'
  | 'passwordsText'
  | 'submit',
  string
>

type Props = {
  /** What is set now, by the names of the fields */
  facts: Facts
  /** Which of the fields are declared from outside */
  declared: string[]
  /** The lifetimes as the viewer writes numbers */
  hours: Record<'activationHours' | 'resetHours', string>
  builtInAccent: string
  languages: Option[]
  secondFactors: Option[]
  disposables: Option[]
  signKinds: Option[]
  /** Of what is on or off */
  offOrOn: Option[]
  labels: Labels & SessionLabels
  ruleLabels: RuleLabels
}

/** What is set for the whole installation. */
export function SettingsForm(props: Props) {
  const {
    facts,
    declared,
    hours,
    builtInAccent,
    languages,
    secondFactors,
    disposables,
    signKinds,
    offOrOn,
    labels,
    ruleLabels,
  } = props
  return (
    <Form action={saveSettingsAction} keepWhenDone>
      {({ data }) => (
        <DeclaredFields names={declared}>
          <Meanwhile opened={facts} seen={data} />
          <Section title={labels.who} description={labels.whoText}>
            <TextField
              name="name"
              label={labels.name}
              help={labels.nameHelp}
              defaultValue={facts.name}
              autoComplete="off"
              required
            />
            <TextField
              name="supportAddress"
              label={labels.supportAddress}
              help={labels.supportAddressHelp}
              defaultValue={facts.supportAddress}
              type="email"
              autoComplete="off"
              optional
            />
            <SelectField
              name="locale"
              label={labels.locale}
              help={labels.localeHelp}
              options={languages}
              defaultValue={facts.locale}
              width="medium"
            />
          </Section>
          <Section title={labels.look} description={labels.lookText}>
            <AccentField
              label={labels.accent}
              help={labels.accentHelp}
              pick={labels.accentPick}
              builtIn={builtInAccent}
              defaultValue={facts.accent}
            />
          </Section>
          <Section title={labels.accounts} description={labels.accountsText}>
            {(['activationHours', 'resetHours'] as const).map(name => (
              <TextField
                key={name}
                name={name}
                label={labels[name]}
                help={labels[`${name}Help`]}
                defaultValue={hours[name]}
                inputMode="decimal"
                autoComplete="off"
                width="short"
                required
              />
            ))}
            <SelectField
              name="secondFactor"
              label={labels.secondFactor}
              help={labels.secondFactorHelp}
              options={secondFactors}
              defaultValue={facts.secondFactor}
              width="medium"
            />
          </Section>
          <Section title={labels.addresses} description={labels.addressesText}>
            {(['allowedDomains', 'blockedDomains'] as const).map(name => (
              <TextAreaField
                key={name}
                name={name}
                label={labels[name]}
                help={labels[`${name}Help`]}
                defaultValue={facts[name]}
                rows={3}
                autoComplete="off"
                spellCheck={false}
                optional
              />
            ))}
            <SelectField
              name="disposable"
              label={labels.disposable}
              help={labels.disposableHelp}
              options={disposables}
              defaultValue={facts.disposable}
              width="medium"
            />
          </Section>
          <Section title={labels.passwords} description={labels.passwordsText}>
            <PasswordRuleFields facts={facts} signKinds={signKinds} labels={ruleLabels} />
            <RulesPreview />
          </Section>
          <SessionFields facts={facts} choices={offOrOn} labels={labels} />
          <SubmitButton>{labels.submit}</SubmitButton>
        </DeclaredFields>
      )}
    </Form>
  )
}
