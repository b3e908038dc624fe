import { type Option, SelectField, TextField } from '@/components/fields'
import { Section } from '@/components/section'
import type { Facts } from '@/lib/meanwhile'

export type SessionLabels = Record<
  | 'sessions'
  | 'sessionsText'
  | 'sessionIdleHours'
  | 'sessionIdleHoursHelp'
  | 'sessionDays'
  | 'sessionDaysHelp'
  | 'signInAs'
  | 'signInAsHelp',
  string
>

type Props = { facts: Facts; choices: Option[]; labels: SessionLabels }

/** How long whoever has signed in stays so, and who else may be them. */
export function SessionFields({ facts, choices, labels }: Props) {
  return (
    <Section title={labels.sessions} description={labels.sessionsText}>
      {(['sessionIdleHours', 'sessionDays'] as const).map(name => (
        <TextField
          key={name}
          name={name}
          label={labels[name]}
          help={labels[`${name}Help`]}
          defaultValue={facts[name]}
          inputMode="numeric"
          autoComplete="off"
          width="short"
          required
        />
      ))}
      <SelectField
        name="signInAs"
        label={labels.signInAs}
        help={labels.signInAsHelp}
        options={choices}
        defaultValue={facts.signInAs}
        width="short"
      />
    </Section>
  )
}
