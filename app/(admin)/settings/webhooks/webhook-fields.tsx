'use client'

import { CheckboxGroup } from '@/components/checkbox-group'
import { TextField } from '@/components/fields'

export type WebhookLabels = Record<'name' | 'url' | 'urlHelp' | 'events' | 'eventsHelp', string>
export type EventRow = { event: string; name: string; checked: boolean }

type Props = { facts?: { name: string; url: string }; rows: EventRow[]; labels: WebhookLabels }

/** Where a webhook hears, and what of. */
export function WebhookFields({ facts, rows, labels }: Props) {
  return (
    <>
      <TextField
        name="name"
        label={labels.name}
        defaultValue={facts?.name}
        width="medium"
        autoComplete="off"
        required
      />
      <TextField
        name="url"
        type="url"
        label={labels.url}
        help={labels.urlHelp}
        defaultValue={facts?.url}
        autoComplete="off"
        spellCheck={false}
        required
      />
      <CheckboxGroup
        name="events"
        label={labels.events}
        help={labels.eventsHelp}
        rows={rows.map(({ event, name, checked }) => ({
          name,
          boxes: [{ name: event, label: event, checked }],
        }))}
      />
    </>
  )
}
