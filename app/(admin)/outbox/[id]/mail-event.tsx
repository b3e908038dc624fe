import { getTranslations } from 'next-intl/server'
import type { ComponentProps } from 'react'
import { moment } from '@/app/moment'
import { RelativeTime } from '@/components/relative-time'
import { TextLink } from '@/components/text-link'
import { TimelineEntry } from '@/components/timeline'
import type { StoryEntry } from '@/domain/mail-log/mail-story'
import type { OutboundMail } from '@/generated/prisma/client'
import { causeInWords } from '../cause'

type Told = Exclude<StoryEntry, { what: 'attempt' | 'alike' }>
type Props = { entry: Told; mail: OutboundMail; now: Date; locale: string }

const endTones = { sent: 'success', failed: 'danger', cancelled: 'neutral' } as const

/** One thing that happened to a mail, other than an attempt to send it. */
export async function MailEvent({ entry, mail, now, locale }: Props) {
  const t = await getTranslations('outbox')
  const newer = 'newerMailId' in entry && entry.newerMailId
  return (
    <TimelineEntry
      data-event={entry.what}
      tone={toneOf(entry, mail)}
      title={await titleOf(entry, mail)}
      time={entry.at && <RelativeTime date={entry.at} now={now} locale={locale} />}
    >
      {entry.what === 'opened' || entry.what === 'limited' ? (
        t(`story.${entry.what}Note`)
      ) : newer ? (
        <TextLink href={`/outbox/${newer}`}>{t('story.toNewer')}</TextLink>
      ) : null}
    </TimelineEntry>
  )
}

function toneOf({ what }: Told, { state }: OutboundMail): ComponentProps<typeof TimelineEntry>['tone'] {
  if (what === 'ended' && state in endTones) return endTones[state as keyof typeof endTones]
  if (what === 'used') return 'success'
  return what === 'limited' ? 'warning' : undefined
}

async function titleOf(entry: Told, { state, cause, unconfirmed }: OutboundMail): Promise<string> {
  const t = await getTranslations('outbox')
  switch (entry.what) {
    case 'earlier': {
      const { count, outcome, cause, serverName } = entry.attempts
      return t('story.earlier', {
        count,
        outcome,
        server: serverName ?? '',
        cause: (await causeInWords(cause)) ?? 'none',
      })
    }
    case 'requested':
    case 'merged':
    case 'limited':
    case 'sent-again':
      return t(`story.${entry.what}`, { by: entry.by ?? 'none', from: entry.from || 'none' })
    case 'queued':
      return t('story.queued', { until: await moment(entry.until) })
    case 'opened':
      return t('story.opened', { from: entry.from || 'none' })
    case 'ended':
      return t(`ends.${state}`, {
        cause: (await causeInWords(cause)) ?? 'none',
        // What may have arrived has not simply come to nothing.
        reason: cause === 'expired' && unconfirmed > 0 ? 'unconfirmed' : (cause ?? 'none'),
        by: entry.by ?? 'none',
      })
    default:
      return t(`story.${entry.what}`)
  }
}
