import { useTranslations } from 'next-intl'
import { Badge } from '@/components/badge'
import type { Tone } from '@/components/tone'
import { isUndecided } from '@/domain/outbox/states'
import type { OutboundMail } from '@/generated/prisma/client'
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

type Props = { mail: Pick<OutboundMail, 'state' | 'kept' | 'dueAt' | 'expiresAt'> }

export function MailBadge({ mail }: Props) {
  const t = useTranslations('outbox')
  const { state, kept } = mail
  if (state === 'sent' && kept) return <Badge tone="warning">{t('kept')}</Badge>
  if (isUndecided(mail)) return <Badge tone="danger">{t('undecided.badge')}</Badge>
  return <Badge tone={mailTones[state]}>{t(`states.${state}`)}</Badge>
}
