import { getTranslations } from 'next-intl/server'
import { RelativeTime } from '@/components/relative-time'
import { TextLink } from '@/components/text-link'
import { TimelineEntry } from '@/components/timeline'
import type { ToldAttempt } from '@/domain/mail-log/mail'
import type { Viewer } from '@/domain/viewer'
import { causeInWords } from '../cause'
import { AttemptDetails } from './attempt-details'
import { Explanation } from './explanation'

const tones = {
  running: 'pending',
  accepted: 'success',
  failed: 'danger',
  uncertain: 'warning',
  interrupted: 'warning',
} as const

type Props = {
  attempt: ToldAttempt
  /** Of a test mail */
  test: boolean
  /** Shown with its steps and its dialogue for this viewer; null: there is a link to them */
  detailsFor: Viewer | null
  now: Date
  locale: string
}

/** One attempt as one sentence; below it how far it got, and what the server said. */
export async function AttemptEntry({ attempt, test, detailsFor, now, locale }: Props) {
  const t = await getTranslations('outbox')
  // What the diagnosis advises is for a test, which is made once.
  const resent = attempt.outcome === 'uncertain' && !test
  const outcome = (attempt.outcome in tones ? attempt.outcome : 'interrupted') as keyof typeof tones
  const { mailId, number } = attempt
  const took = attempt.endedAt && attempt.endedAt.getTime() - attempt.startedAt.getTime()
  const reply = [attempt.replyCode, attempt.enhancedCode, attempt.replyText].filter(Boolean).join(' ')
  const notes = [
    outcome !== 'accepted' &&
      outcome !== 'running' &&
      t('stoppedAt', { phase: t(`phases.${attempt.phase}`) }),
    attempt.route && t.has(`routes.${attempt.route}`) && t(`routes.${attempt.route}`),
    took !== null && t('took', { milliseconds: took }),
    attempt.host && t('story.host', { host: attempt.host }),
    attempt.queueId && t('story.queueId', { id: attempt.queueId }),
  ].filter(Boolean)
  return (
    <TimelineEntry
      id={`attempt-${number}`}
      tone={tones[outcome]}
      title={t(`outcomes.${outcome}`, {
        number: attempt.number,
        server: attempt.serverName ?? t('someServer'),
        cause: (await causeInWords(attempt.cause)) ?? 'none',
      })}
      time={<RelativeTime date={attempt.startedAt} now={now} locale={locale} />}
    >
      {!resent && <Explanation attempt={attempt} />}
      {reply && <p>{t('said', { reply })}</p>}
      {notes.length > 0 && <p>{notes.join(' · ')}</p>}
      {resent && <p>{t('story.sameMessage')}</p>}
      {detailsFor ? (
        <AttemptDetails viewer={detailsFor} mailId={mailId} number={number} />
      ) : (
        attempt.endedAt && (
          <p>
            <TextLink href={`/outbox/${mailId}?attempt=${number}#attempt-${number}`}>
              {t('details')}
              <span className="sr-only"> {number}</span>
            </TextLink>
          </p>
        )
      )}
    </TimelineEntry>
  )
}
