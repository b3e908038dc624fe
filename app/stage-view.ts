import { getTranslations } from 'next-intl/server'
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
      facts: Object.entries(report?.facts ?? {}).flatMap(([name, value]) => {
        const lines = name === 'chain' ? [value].flat() : [[value].flat().join(', ')]
        return lines.filter(Boolean).map(line => `${words.has(name) ? words(name) : name}: ${line}`)
      }),
    }
  })
}

const before: Stage[] = ['dns', 'connect', 'tls']
