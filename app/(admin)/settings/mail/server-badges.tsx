import { getTranslations } from 'next-intl/server'
import { Badge } from '@/components/badge'
import type { ListedServer } from '@/domain/mail-server/servers'

const tones = {
  primary: 'success',
  standby: 'info',
  disabled: 'neutral',
  unsaved: 'warning',
  evaluation: 'neutral',
} as const
/** How bad it is that a server does not send. */
export const troubleTones = { paused: 'warning', broken: 'danger' } as const

type Props = {
  server: Pick<ListedServer, 'role' | 'state' | 'version' | 'builtin' | 'declared'>
  /** Sending is paused altogether. */
  paused?: boolean
}

/** What a server is and whether mail goes through it: green only where it does. */
export async function ServerBadges({ server, paused = false }: Props) {
  const { role, state, version, builtin, declared } = server
  const t = await getTranslations('mailSettings.servers')
  const trouble = sends(role) && state !== 'sending' ? state : null
  return (
    <span className="flex flex-wrap gap-1">
      {builtin && sends(role) ? (
        <Badge tone="warning">{t('roles.keeping')}</Badge>
      ) : (
        <Badge tone={trouble || (paused && sends(role)) ? 'neutral' : tones[role]}>
          {t(`roles.${role}`)}
        </Badge>
      )}
      {declared && <Badge tone="neutral">{t('declared')}</Badge>}
      {trouble && <Badge tone={troubleTones[trouble]}>{t(`states.${trouble}`)}</Badge>}
      {version.settings.credentialsInClear && <Badge tone="danger">{t('inClear')}</Badge>}
    </span>
  )
}

/** Whether mail would go through a server with this role. */
export const sends = (role: ListedServer['role']) => role === 'primary' || role === 'standby'
