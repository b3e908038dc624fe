'use client'

import { SubmitButton } from '@/components/button'
import { type Option, SelectField, TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { Meanwhile } from '@/components/meanwhile'
import { Section } from '@/components/section'
import type { Facts } from '@/lib/meanwhile'
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
  | 'accounts'
  | 'accountsText'
  | 'minimumLength'
  | 'minimumLengthHelp'
  | 'activationHours'
  | 'activationHoursHelp'
  | 'secondFactor'
  | 'secondFactorHelp'
  | 'submit',
  string
>

type Props = {
  /** What is set now, by the names of the fields */
  facts: Facts
  languages: Option[]
  secondFactors: Option[]
  /** Of what is on or off */
  offOrOn: Option[]
  labels: Labels & SessionLabels
}

/** What is set for the whole installation. */
export function SettingsForm({ facts, languages, secondFactors, offOrOn, labels }: Props) {
  return (
    <Form action={saveSettingsAction} keepWhenDone>
      {({ data }) => (
        <>
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
          <Section title={labels.accounts} description={labels.accountsText}>
            <TextField
              name="minimumLength"
              label={labels.minimumLength}
              help={labels.minimumLengthHelp}
              defaultValue={facts.minimumLength}
              inputMode="numeric"
              autoComplete="off"
              width="short"
              required
            />
            <TextField
              name="activationHours"
              label={labels.activationHours}
              help={labels.activationHoursHelp}
              defaultValue={facts.activationHours}
              inputMode="numeric"
              autoComplete="off"
              width="short"
              required
            />
            <SelectField
              name="secondFactor"
              label={labels.secondFactor}
              help={labels.secondFactorHelp}
              options={secondFactors}
              defaultValue={facts.secondFactor}
              width="medium"
            />
          </Section>
          <SessionFields facts={facts} choices={offOrOn} labels={labels} />
          <SubmitButton>{labels.submit}</SubmitButton>
        </>
      )}
    </Form>
  )
}
