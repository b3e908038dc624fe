'use client'

import { useTranslations } from 'next-intl'
import { SelectField, TextAreaField } from '@/components/fields'

export type AlarmChoice = { id: string; label: string }

const sample = `{
  "originator": "Boiler 7",
  "type": "High temperature",
  "severity": "major",
  "details": { "temperature": 91 }
}`

/** The alarm to try rules on: one that came in, or any. */
export function TriedAlarmFields({ alarms, chosen }: { alarms: AlarmChoice[]; chosen?: string }) {
  const t = useTranslations('rules.try')
  return (
    <>
      {alarms.length > 0 && (
        <SelectField
          name="alarm"
          label={t('alarm')}
          defaultValue={chosen ?? alarms[0]?.id}
          options={alarms.map(({ id, label }) => ({ value: id, label }))}
        />
      )}
      <TextAreaField
        name="json"
        label={t('json')}
        help={alarms.length > 0 ? t('jsonHelp') : undefined}
        defaultValue={alarms.length > 0 ? '' : sample}
        rows={alarms.length > 0 ? 3 : 7}
        mono
        optional
        spellCheck={false}
      />
    </>
  )
}
