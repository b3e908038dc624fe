import { getTranslations } from 'next-intl/server'
import { Timeline, TimelineEntry } from '@/components/timeline'
import type { ToldAttempt } from '@/domain/mail-log/mail'
import type { Viewer } from '@/domain/viewer'
import { AttemptEntry } from './attempt-entry'

type Props = {
  attempts: ToldAttempt[]
  test: boolean
  /** The number of the one that is shown with all its steps */
  detailed?: number
  viewer: Viewer
  now: Date
  locale: string
}

/** Attempts that ended as the one below them did, folded into one line. */
export async function AlikeAttempts({ attempts, detailed, viewer, ...rest }: Props) {
  const t = await getTranslations('outbox.story')
  return (
    <TimelineEntry title={t('alike', { count: attempts.length })}>
      <details open={attempts.some(({ number }) => number === detailed)}>
        <summary className="min-h-6 w-fit py-0.5 text-xs hover:text-ink">{t('showAlike')}</summary>
        <div className="mt-2 text-ink">
          <Timeline>
            {attempts.map(attempt => (
              <AttemptEntry
                key={attempt.number}
                attempt={attempt}
                detailsFor={attempt.number === detailed ? viewer : null}
                {...rest}
              />
            ))}
          </Timeline>
        </div>
      </details>
    </TimelineEntry>
  )
}
