import { getLocale, getTranslations } from 'next-intl/server'
import { type Stage, type StageReport, stages } from '@/domain/smtp/outcome'
import type { MailServerSettings } from '@/domain/smtp/settings'

/** One step of a submission in the viewer's words; without a result it has not ended yet. */
export type StageView = {
  stage: Stage
  label: string
  result: StageReport['result'] | null
  milliseconds: number
  facts: string[]
}

/** All steps in the order in which they happen: with implicit TLS the encryption comes before the greeting. */
export async function stageViews(
  reports: StageReport[],
  encryption: MailServerSettings['encryption'],
): Promise<StageView[]> {
  const t = await getTranslations('mailSettings')
  const words = await getTranslations('mailSettings.facts')
  const locale = await getLocale()
  const day = (iso: string) =>
    new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
      dateStyle: 'long',
      timeZone: 'UTC',
    }).format(new Date(iso))
  const ordered =
    encryption === 'implicit-tls'
      ? (['dns', 'connect', 'tls', ...stages.filter(stage => !before.includes(stage))] as const)
      : stages
  return ordered.map(stage => {
    const report = reports.find(each => each.stage === stage)
    return {
      stage,
      label: t(`stages.${stage}`),
      result: report?.result ?? null,
      milliseconds: Math.round(report?.milliseconds ?? 0),
      facts: inOrder(report?.facts ?? {}).flatMap(([name, value]) => {
        // The first of a chain is the certificate that the lines before have described.
        const lines = name === 'chain' ? [value].flat().slice(1) : [[value].flat().join(', ')]
        return lines
          .filter(Boolean)
          .map(line => `${words.has(name) ? words(name) : name}: ${dates.includes(name) ? day(line) : line}`)
      }),
    }
  })
}

/** What belongs together stands together: what was agreed, the certificate, who vouches for it. */
const order = [
  'version',
  'cipher',
  'subject',
  'names',
  'issuer',
  'validFrom',
  'validTo',
  'fingerprint',
  'refused',
]

const inOrder = (facts: StageReport['facts']) => {
  const rest = Object.entries(facts).filter(([name]) => !order.includes(name))
  const first = Object.entries(facts).filter(([name]) => order.includes(name))
  return [...first.sort(([one], [other]) => order.indexOf(one) - order.indexOf(other)), ...rest]
}

const dates = ['validFrom', 'validTo']

const before: Stage[] = ['dns', 'connect', 'tls']
