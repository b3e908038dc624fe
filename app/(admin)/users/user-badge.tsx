import { useTranslations } from 'next-intl'
import { Badge } from '@/components/badge'
import type { Tone } from '@/components/tone'
import type { UserState } from '@/generated/prisma/enums'

const tones: Record<UserState, Tone> = { pending: 'warning', active: 'success', disabled: 'neutral' }

export function UserBadge({ state }: { state: UserState }) {
  const t = useTranslations('users.states')
  return <Badge tone={tones[state]}>{t(state)}</Badge>
}
