import { getTranslations } from 'next-intl/server'
import { Badge } from '@/components/badge'
import { webhookEvents } from '@/domain/webhooks/events'
import type { WebhookView } from '@/domain/webhooks/webhook'
import type { EventRow } from './webhook-fields'

/** What webhooks can hear, and which of it one does. */
export async function eventRows(chosen: readonly string[]): Promise<EventRow[]> {
  const t = await getTranslations('webhooks')
  return webhookEvents.map(event => ({
    event,
    name: t(`eventNames.${event}`),
    checked: chosen.includes(event),
  }))
}

/** Whether a webhook hears, as one word. */
export async function WebhookBadge({ webhook }: { webhook: WebhookView }) {
  const t = await getTranslations('webhooks')
  if (webhook.pausedAt) {
    const failed = webhook.pausedBecause !== 'by-administrator'
    return <Badge tone={failed ? 'danger' : 'neutral'}>{t('paused')}</Badge>
  }
  if (webhook.failures > 0) return <Badge tone="warning">{t('failing')}</Badge>
  return <Badge tone="success">{t('hears')}</Badge>
}
