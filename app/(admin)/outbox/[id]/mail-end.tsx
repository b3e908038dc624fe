import { getTranslations } from 'next-intl/server'
import { RelativeTime } from '@/components/relative-time'
import { relativeTime } from '@/components/relative-time-words'
import { TimelineEntry } from '@/components/timeline'
import type { Tone } from '@/components/tone'
import { outboxPause } from '@/domain/outbox/pause'
import { waiting } from '@/domain/outbox/states'
import { workerAlive } from '@/domain/outbox/worker'
import type { OutboundMail } from '@/generated/prisma/client'
import type { MailState } from '@/generated/prisma/enums'
import { causeInWords } from '../cause'

const tones: Partial<Record<MailState, Tone | 'pending'>> = {
  queued: 'pending',
  deferred: 'pending',
  uncertain: 'pending',
  sent: 'success',
  failed: 'danger',
  cancelled: 'neutral',
}

/** Where a mail stands now: what it waits for, or how it ended. While it is being sent, its attempt says so. */
export async function MailEnd({ mail, now, locale }: { mail: OutboundMail; now: Date; locale: string }) {
  const t = await getTranslations('outbox')
  const { state, dueAt, sentAt } = mail
  if (state === 'sending') return null
  const idle = state === 'queued' && !(await workerAlive())
  const paused = waiting.includes(state) && (await outboxPause())
  const cause = (await causeInWords(paused ? 'paused' : idle ? 'no-worker' : mail.cause)) ?? 'none'
  const due = dueAt.getTime() - now.getTime() < 60_000 ? 'now' : relativeTime(dueAt, now, locale)
  return (
    <TimelineEntry
      tone={tones[state]}
      title={t(`ends.${state}`, { cause, due, reason: mail.cause ?? 'none' })}
      time={state === 'sent' && sentAt && <RelativeTime date={sentAt} now={now} locale={locale} />}
    />
  )
}
