import { getTranslations } from 'next-intl/server'
import { readAlarm } from '@/domain/mail-server/alarm'
import type { Viewer } from '@/domain/viewer'
import { serverTrouble } from './server-trouble'

export type AlarmWords = {
  tone: 'warning' | 'danger'
  title: string
  /** One sentence for each server in trouble, or one for all */
  lines: string[]
  /** To where it can be mended, for those who can */
  link: string | null
}

/** What is wrong with the mail servers, in the viewer's words; null if nothing is. */
export async function alarmWords(viewer: Viewer): Promise<AlarmWords | null> {
  const alarm = await readAlarm(viewer)
  if (!alarm) return null
  const { what, servers } = alarm
  const t = await getTranslations('alarm')
  const paused = servers.length > 0 && servers.every(({ state }) => state === 'paused')
  if (servers.length === 0)
    return { tone: 'warning', title: t('waiting'), lines: [t('waitingText')], link: null }
  return {
    tone: what !== 'all-out' || paused ? 'warning' : 'danger',
    title: t(what, { names: servers.map(({ name }) => name).join(', ') }),
    lines: await Promise.all(
      servers.map(async server => {
        const trouble = (await serverTrouble(server)) ?? ''
        return what !== 'all-out' && servers.length === 1 ? trouble : `${server.name}: ${trouble}`
      }),
    ),
    link: t('link'),
  }
}
