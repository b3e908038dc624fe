import { getTranslations } from 'next-intl/server'
import { Badge } from '@/components/badge'
import type { Tone } from '@/components/tone'

const severityTones: Record<string, Tone> = {
  critical: 'danger',
  major: 'danger',
  minor: 'warning',
  warning: 'warning',
}

/** How bad an alarm is. */
export async function SeverityBadge({ severity }: { severity: string }) {
  const t = await getTranslations('alarms.severities')
  return <Badge tone={severityTones[severity] ?? 'neutral'}>{t(severity)}</Badge>
}

const statusTones: Record<string, Tone> = { active: 'danger', acknowledged: 'info', cleared: 'success' }

/** Whether it still is. */
export async function StatusBadge({ status }: { status: string }) {
  const t = await getTranslations('alarms.statuses')
  return <Badge tone={statusTones[status] ?? 'neutral'}>{t(status)}</Badge>
}
