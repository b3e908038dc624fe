import { getLocale, getTranslations } from 'next-intl/server'
import { relativeTime } from '@/components/relative-time-words'
import { severities } from '@/domain/alarms/alarm-item'
import { recentAlarms } from '@/domain/alarms/trial'
import { mayChooseServers } from '@/domain/mail-server/tenant-policy'
import { placesFor } from '@/domain/tenancy/tenants'
import type { Viewer } from '@/domain/viewer'
import { locales } from '@/lib/i18n/locales'
import { found } from '../found'
import { addressOf } from '../list-address'
import { ruleAction } from './actions'
import { RuleForm } from './rule-form'
import type { RuleValues } from './rule-values'
import type { AlarmChoice } from './tried-alarm-fields'

type Props = { viewer: Viewer; rule: RuleValues; tenantId?: string }

/** The form of a rule with all that can be chosen in it. */
export async function RuleEditor({ viewer, rule, tenantId }: Props) {
  const languages = await getTranslations('users.languages')
  const places = await found(placesFor(viewer))
  const whose = tenantId ?? viewer.tenantId
  return (
    <RuleForm
      action={ruleAction}
      rule={rule}
      tenantId={viewer.tenantId ? undefined : tenantId}
      severities={severities}
      customers={places.find(({ id }) => id === whose)?.customers ?? []}
      mailServers={whose ? await found(mayChooseServers(viewer, whose)) : false}
      imagesHref={addressOf('/rules/images', { tenant: viewer.tenantId ? undefined : tenantId })}
      languages={locales.map(value => ({ value, label: languages(value) }))}
      alarms={await alarmChoices(viewer, tenantId)}
    />
  )
}

/** The newest alarms, as they are chosen from. */
export async function alarmChoices(viewer: Viewer, tenantId?: string): Promise<AlarmChoice[]> {
  const locale = await getLocale()
  const now = new Date()
  return (await found(recentAlarms(viewer, tenantId))).map(({ id, type, originator, createdAt }) => ({
    id,
    label: `${type} (${originator}), ${relativeTime(createdAt, now, locale)}`,
  }))
}
