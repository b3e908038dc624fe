import { getTranslations } from 'next-intl/server'
import { type StageView, stageViews } from '@/app/stage-view'
import { transcriptText } from '@/app/transcript'
import { explanationValues, fixFor } from '@/domain/mail-server/diagnosis'
import type { TestProgress, TestReport } from '@/domain/outbox/test-mail'

/** How far a test is, in the viewer's words. */
export type TestProgressView = {
  stages: StageView[]
  /** Seconds for which the server, which has the mail, is thinking about it */
  waiting: number | null
  test: TestView | null
}

export const progressView = async ({
  stages,
  encryption,
  waiting,
  report,
}: TestProgress): Promise<TestProgressView> => ({
  stages: await stageViews(stages, encryption),
  waiting,
  test: report && (await testView(report)),
})

/** A test mail's report in the viewer's words, ready to be shown. */
export type TestView = {
  result: TestReport['result']
  cause: string | null
  /** How it ended, in three words at most */
  heading: string
  /** What happened, in one sentence */
  title: string
  /** What to do */
  fix: string | null
  /** The form fields that would repair it, with the words for the button */
  repair: { label: string; changes: Record<string, string> } | null
  reply: string | null
  queueId: string | null
  stages: StageView[]
  /** All of it as text, to be copied into a mail to whoever runs the server */
  log: string
}

export async function testView(report: TestReport): Promise<TestView> {
  const { cause, reply } = report
  const t = await getTranslations('mailSettings.test')
  return {
    heading: t(headings[report.result]),
    result: report.result,
    cause,
    ...(await explanation(report)),
    repair: await repair(report),
    reply: reply && [reply.code, reply.enhanced, reply.text].filter(Boolean).join(' '),
    queueId: report.queueId,
    stages: (await stageViews(report.stages, report.settings.encryption)).map(skippedIfOpen),
    log: logOf(report),
  }
}

const headings = { accepted: 'sent', uncertain: 'uncertain', failed: 'failed' } as const

/** The test has ended: what is still open will not happen. */
const skippedIfOpen = (view: StageView): StageView => ({ ...view, result: view.result ?? 'skipped' })

async function explanation({ cause, detail, settings, recipient }: TestReport) {
  if (!cause)
    return { title: (await getTranslations('mailSettings'))('test.accepted', { recipient }), fix: null }
  const t = await getTranslations('diagnosis')
  const values = explanationValues({ detail }, settings)
  return { title: t(`${cause}.title`, values), fix: t(`${cause}.fix`, values) }
}

/** The repair as words for its button: which field gets which value. */
async function repair({ cause, detail, settings }: TestReport): Promise<TestView['repair']> {
  const fix = cause && fixFor({ cause, detail }, settings)
  if (!fix) return null
  const t = await getTranslations('mailSettings')
  const changes = fix.changes as Record<string, string>
  if ('trustedCa' in changes || 'pinnedCertificate' in changes)
    return { changes, label: t('test.trust', { fingerprint: detail.fingerprint ?? '' }) }
  const words = Object.entries(changes).map(([field, value]) => {
    const choices = `${field}s`
    const shown = t.has(`${choices}.${value}`) ? t(`${choices}.${value}`) : value.replace('TLSv', 'TLS ')
    return `${t(field)}: ${shown}`
  })
  return { changes, label: t('test.use', { changes: words.join(', ') }) }
}

function logOf({ settings, recipient, result, cause, stages: reached, transcript }: TestReport): string {
  const { host, port, encryption, minTlsVersion } = settings
  return [
    `${host}:${port} ${encryption} (${minTlsVersion} or newer), mail to ${recipient}: ${cause ?? result}`,
    '',
    ...reached.map(
      ({ stage, result, milliseconds }) =>
        `${stage.padEnd(10)} ${result.padEnd(8)} ${Math.round(milliseconds)} ms`,
    ),
    '',
    transcriptText(transcript),
  ].join('\n')
}
