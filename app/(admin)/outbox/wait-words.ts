import { getLocale, getTranslations } from 'next-intl/server'
import { relativeTime } from '@/components/relative-time-words'
import { aheadAtMost, type Wait } from '@/domain/mail-log/wait'
import type { OutboundMail } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import { causeInWords } from './cause'

/** What a mail waits for, in a sentence. */
export async function waitInWords(wait: Wait, { cause }: Pick<OutboundMail, 'cause'>): Promise<string> {
  const t = await getTranslations('outbox.waits')
  const locale = await getLocale()
  switch (wait.what) {
    case 'paused':
      return t('paused', { by: wait.by ?? 'none', since: relativeTime(wait.since, now(), locale) })
    case 'limits':
      return t('limits', { window: wait.window })
    case 'quota':
      return t('quota', { window: wait.window, limit: wait.limit })
    case 'retry': {
      const soon = wait.due.getTime() - now().getTime() < 60_000
      return t('retry', {
        cause: (await causeInWords(cause)) ?? 'none',
        due: soon ? 'now' : relativeTime(wait.due, now(), locale),
      })
    }
    case 'turn':
      return t('turn', { ahead: wait.ahead, more: wait.ahead >= aheadAtMost ? 'yes' : 'no' })
    default:
      return t(wait.what)
  }
}
