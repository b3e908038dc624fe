import { getTranslations } from 'next-intl/server'
import { Timeline, TimelineEntry } from '@/components/timeline'
import type { StageReport, TranscriptLine } from '@/domain/mail-server/outcome'

const tones = { ok: 'success', failed: 'danger', skipped: 'skipped' } as const
const arrows = { client: '→', server: '←', note: '·' } as const

/** The steps of one attempt with their times, and the dialogue with the server. */
export async function AttemptDetails({
  stages,
  transcript,
}: {
  stages: StageReport[]
  transcript: TranscriptLine[]
}) {
  const t = await getTranslations('outbox')
  return (
    <div className="mt-2 space-y-4 rounded-md border border-line p-3">
      {stages.length > 0 && (
        <Timeline label={t('stages')}>
          {stages.map(({ stage, result, milliseconds }) => (
            <TimelineEntry
              key={stage}
              data-stage={stage}
              data-result={result}
              tone={tones[result]}
              title={t('stage', { phase: t(`phases.${stage}`), result })}
              time={result !== 'skipped' && t('took', { milliseconds })}
              className="pb-2"
            />
          ))}
        </Timeline>
      )}
      {transcript.length > 0 && (
        <section
          aria-label={t('transcript')}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be focusable (WCAG 2.1.1)
          tabIndex={0}
          className="max-h-96 overflow-auto rounded-md bg-sunken p-3"
        >
          <pre className="whitespace-pre-wrap font-mono text-xs wrap-anywhere">
            {transcript.map(({ from, text }) => `${arrows[from]} ${text}`).join('\n')}
          </pre>
        </section>
      )}
    </div>
  )
}
