import { getLocale, getTranslations } from 'next-intl/server'
import { moment } from '@/app/moment'
import { Badge } from '@/components/badge'
import { RelativeTime } from '@/components/relative-time'
import { Section } from '@/components/section'
import { listSessions } from '@/domain/accounts/session'
import type { Viewer } from '@/domain/viewer'
import { readDevice } from '@/lib/device'
import { SessionList } from './session-list'
import { SignOutEverywhere } from './sign-out-everywhere'

export async function SessionSection({ viewer }: { viewer: Viewer }) {
  const t = await getTranslations('profile.sessions')
  const locale = await getLocale()
  const now = new Date()
  const sessions = await Promise.all(
    (await listSessions(viewer)).map(async ({ id, device, address, lastSeenAt, endsAt, actor }) => {
      const { browser, system } = readDevice(device)
      const name = t('device', { browser: browser ?? 'none', system: system ?? 'none' })
      const own = id === viewer.sessionId
      return {
        id,
        own,
        name,
        address: address || t('addressUnknown'),
        seen: <RelativeTime date={lastSeenAt} now={now} locale={locale} />,
        ends: t('ends', { moment: await moment(endsAt) }),
        actor: actor && <Badge tone="warning">{t('actor', { email: actor })}</Badge>,
        badge: own && <Badge tone="success">{t('own')}</Badge>,
        signOutLabel: t('signOutOf', { device: name }),
      }
    }),
  )
  return (
    <Section title={t('title')} description={t('text')}>
      <SessionList sessions={sessions} labels={{ lastSeen: t('lastSeen'), signOut: t('signOut') }} />
      <SignOutEverywhere label={t('everywhere')} />
    </Section>
  )
}
