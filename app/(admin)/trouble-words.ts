import { getLocale, getTranslations } from 'next-intl/server'
import { relativeTime } from '@/components/relative-time-words'
import { readTrouble, type Trouble } from '@/domain/mail-log/trouble'
import type { Viewer } from '@/domain/viewer'
import { now } from '@/lib/clock'
import { serverTrouble } from './server-trouble'

export type TroubleWords = {
  tone: 'warning' | 'danger'
  title: string
  /** One sentence for each server in trouble, or one for all */
  lines: string[]
  /** To where it can be mended, for those who can; that page says itself what the trouble is, or need not be told twice */
  link: { href: string; label: string } | null
}

/** What keeps mail from its recipients, in the viewer's words; null if nothing does. */
export async function troubleWords(viewer: Viewer): Promise<TroubleWords | null> {
  const trouble = await readTrouble(viewer)
  if (!trouble) return null
  const t = await getTranslations('trouble')
  const linkTo = (href: string, what: string) =>
    viewer.role === 'system_administrator' ? { href, label: t(`links.${what}`) } : null
  switch (trouble.what) {
    case 'paused': {
      const since = relativeTime(trouble.since, now(), await getLocale())
      const line = t('pausedText', { by: trouble.by ?? 'none', since })
      return { tone: 'warning', title: t('paused'), lines: [line], link: linkTo('/outbox', 'resume') }
    }
    case 'no-worker':
      return { tone: 'danger', title: t('no-worker'), lines: [t('no-workerText')], link: null }
    case 'no-mail-server':
    case 'only-inbox':
      return {
        tone: trouble.what === 'only-inbox' ? 'warning' : 'danger',
        title: t(trouble.what),
        lines: [t(`${trouble.what}Text`)],
        link: linkTo('/settings/mail/new', 'add'),
      }
    case 'all-disabled':
      return {
        tone: 'danger',
        title: t('all-disabled'),
        lines: [t('all-disabledText')],
        link: linkTo('/settings/mail', 'servers'),
      }
    case 'own-missing':
      return {
        tone: 'danger',
        title: t('own-missing'),
        lines: [t('own-missingText')],
        link: { href: '/settings/mail/new', label: t('links.add') },
      }
    case 'quota': {
      const { class: of, window, used, limit } = trouble
      const title = t(used < limit ? 'quota' : 'quotaFull', { of, window })
      return { tone: 'warning', title, lines: [t('quotaText', { of, window, used, limit })], link: null }
    }
    case 'waiting':
    case 'kept':
      return { tone: 'warning', title: t(trouble.what), lines: [t(`${trouble.what}Text`)], link: null }
    default:
      return {
        ...(await wordsOfServers(trouble)),
        link: trouble.servers.length > 0 ? { href: '/settings/mail', label: t('links.servers') } : null,
      }
  }
}

async function wordsOfServers({ what, servers }: Extract<Trouble, { servers: unknown }>) {
  const t = await getTranslations('trouble')
  const paused = servers.every(({ state }) => state === 'paused')
  return {
    tone: (what === 'all-out' || what === 'own-out') && !paused ? ('danger' as const) : ('warning' as const),
    title: t(what, { names: servers.map(({ name }) => name).join(', ') }),
    lines: await Promise.all(
      servers.map(async server => {
        const trouble = (await serverTrouble(server)) ?? ''
        const named = what !== 'login-refused' && what !== 'mail-refused'
        return !named && servers.length === 1 ? trouble : `${server.name}: ${trouble}`
      }),
    ),
  }
}
