import { useTranslations } from 'next-intl'
import { Badge } from '@/components/badge'
import type { Tone } from '@/components/tone'
import type { MailState } from '@/generated/prisma/enums'

const mailTones: Record<MailState, Tone> = {
  queued: 'info',
  sending: 'info',
  sent: 'success',
  deferred: 'warning',
  uncertain: 'warning',
  failed: 'danger',
  cancelled: 'neutral',
}

export function MailBadge({ state }: { state: MailState }) {
  const t = useTranslations('outbox.states')
  return <Badge tone={mailTones[state]}>{t(state)}</Badge>
}
