import { getTranslations } from 'next-intl/server'
import { stageViews } from '@/app/stage-view'
import { Stages } from '@/app/stages'
import { transcriptText } from '@/app/transcript'
import { CopyButton } from '@/components/copy-button'
import { readAttempt } from '@/domain/mail-log/mail'
import type { StageReport, TranscriptLine } from '@/domain/smtp/outcome'
import type { Viewer } from '@/domain/viewer'

type Props = { viewer: Viewer; mailId: string; number: number }

/** The steps of one attempt with what was learned, and the dialogue with the server. */
export async function AttemptDetails({ viewer, mailId, number }: Props) {
  const t = await getTranslations('outbox')
  const attempt = await readAttempt(viewer, mailId, number)
  const stages = (attempt?.stages ?? []) as StageReport[]
  const transcript = (attempt?.transcript ?? []) as TranscriptLine[]
  const views = await stageViews(stages, attempt?.server?.settings.encryption ?? 'starttls')
  const log = transcriptText(transcript)
  if (stages.length === 0 && transcript.length === 0) return <p>{t('noDetails')}</p>
  return (
    <div className="mt-2 space-y-4 rounded-md border border-line p-3">
      {stages.length > 0 && <Stages stages={views.filter(({ result }) => result !== null)} />}
      {transcript.length > 0 && (
        <>
          <section
            aria-label={t('transcript')}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be focusable (WCAG 2.1.1)
            tabIndex={0}
            className="max-h-96 overflow-auto rounded-md bg-sunken p-3"
          >
            <pre className="whitespace-pre-wrap font-mono text-xs wrap-anywhere">{log}</pre>
          </section>
          <CopyButton text={log} label={t('copyLog')} />
        </>
      )}
    </div>
  )
}
