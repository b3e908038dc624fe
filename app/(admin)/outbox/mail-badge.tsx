import { useTranslations } from 'next-intl'
import { Badge } from '@/components/badge'
import { type Tone, toneText } from '@/components/tone'
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

/** What became of a mail, in a word, and how good that is. */
function useMailState({ mail }: Props): [Tone, string] {
  const t = useTranslations('outbox')
  const { state, kept } = mail
  if (state === 'sent' && kept) return ['warning', t('kept')]
  if (isUndecided(mail)) return ['danger', t('undecided.badge')]
  return [mailTones[state], t(`states.${state}`)]
}

export function MailBadge(props: Props) {
  const [tone, text] = useMailState(props)
  return <Badge tone={tone}>{text}</Badge>
}

/** The same where there is little room. */
export function MailStateText(props: Props) {
  const [tone, text] = useMailState(props)
  return <span className={toneText[tone]}>{text}</span>
}
