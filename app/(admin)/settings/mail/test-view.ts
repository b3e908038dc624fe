import { getTranslations } from 'next-intl/server'
import { type StageView, stageViews } from '@/app/stage-view'
import { transcriptText } from '@/app/transcript'
import { explanationValues } from '@/domain/mail-server/diagnosis'
import { type Fix, fixFor } from '@/domain/mail-server/fix'
import type { MailServerField } from '@/domain/mail-server/form'
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
  /** It went to the built-in inbox, which delivers to nobody */
  kept: boolean
  cause: string | null
  /** How it ended, in three words at most */
  heading: string
  /** What happened, in one sentence */
  title: string
  /** What to do */
  fix: string | null
  /** What one press does about it, with the words for its button */
  repair: (Fix & { label: string }) | null
  /** Where to read on */
  link: { label: string; href: string } | null
  reply: string | null
  queueId: string | null
  stages: StageView[]
  /** All of it as text, to be copied into a mail to whoever runs the server */
  log: string
}

async function testView(report: TestReport): Promise<TestView> {
  const { cause, reply } = report
  const t = await getTranslations('mailSettings.test')
  return {
    heading: t(headings[report.result]),
    result: report.result,
    kept: report.kept,
    cause,
    ...(await explanation(report)),
    repair: await repair(report),
    link: await furtherReading(report),
    reply: reply && [reply.code, reply.enhanced, reply.text].filter(Boolean).join(' '),
    queueId: report.queueId,
    stages: (await stageViews(report.stages, report.settings.encryption)).map(skippedIfOpen),
    log: logOf(report),
  }
}

const headings = {
  accepted: 'sent',
  uncertain: 'uncertain',
  failed: 'failed',
  cancelled: 'cancelled',
} as const

/** The test has ended: what is still open will not happen. */
const skippedIfOpen = (view: StageView): StageView => ({ ...view, result: view.result ?? 'skipped' })

async function explanation({ result, kept, cause, detail, settings, recipient }: TestReport) {
  if (!cause) {
    const words = await getTranslations('mailSettings.test')
    const title = result === 'accepted' ? (kept ? 'kept' : 'accepted') : 'cancelledText'
    return { title: words(title, { recipient }), fix: null }
  }
  const t = await getTranslations('diagnosis')
  const values = explanationValues({ detail }, settings)
  return { title: t(`${cause}.title`, values), fix: t(`${cause}.fix`, values) }
}

async function repair({ cause, detail, settings }: TestReport): Promise<TestView['repair']> {
  const fix = cause && fixFor({ cause, detail }, settings)
  return fix && { ...fix, label: await fixLabel(fix, detail) }
}

/** What a fix does, in the words of its button. */
async function fixLabel({ changes, enter, press }: Fix, detail: TestReport['detail']): Promise<string> {
  const t = await getTranslations('mailSettings')
  if (press) return t('connectAccount')
  if (enter && changes.authentication)
    return t('test.signIn', { how: t(`authentications.${changes.authentication}`) })
  if (enter) return t('test.enter', { field: t(enter) })
  if ('trustedCa' in changes || 'pinnedCertificate' in changes)
    return t('test.trust', { what: detail.reason === 'chain' ? 'issuer' : 'certificate' })
  const what = await changesInWords(changes)
  return what === '' ? t('test.again') : t('test.use', { what })
}

async function changesInWords(changes: Fix['changes']): Promise<string> {
  const t = await getTranslations('mailSettings')
  const shown = (field: MailServerField, value: string) =>
    t.has(`${field}s.${value}`) ? t(`${field}s.${value}`) : value.replace('TLSv', 'TLS ')
  const { port, encryption } = changes
  if (port && encryption) return t('test.uses.port', { port, encryption: shown('encryption', encryption) })
  const words = Object.entries(changes).map(([field, value]) =>
    t.has(`test.uses.${field}`) ? t(`test.uses.${field}`, { value }) : shown(field as MailServerField, value),
  )
  return words.join(', ')
}

async function furtherReading({ result, kept, cause, detail }: TestReport): Promise<TestView['link']> {
  const t = await getTranslations('mailSettings.test')
  if (kept) return { label: t('toInbox'), href: '/inbox' }
  if (result === 'accepted') return { label: t('deliverability'), href: '/settings/mail/deliverability' }
  if (cause === 'content-rejected' || (cause === 'sender-rejected' && detail.reason === 'dmarc'))
    return { label: t('checkDns'), href: '/settings/mail/deliverability' }
  if (cause === 'no-worker' && detail.reason === 'paused') return { label: t('toOutbox'), href: '/outbox' }
  return null
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
