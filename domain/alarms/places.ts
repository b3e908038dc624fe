// What has to be known of a tenant to write to its people.
import { installationIn } from '@/domain/settings/installation'
import { db } from '@/lib/db'
import { installationTimeZone } from '@/lib/time-zone'
import type { Setting } from './contents'
import type { AlarmFacts } from './matching'
import { addressesIn, People } from './recipients'
import type { Rule } from './rules'

export type Places = {
  tenant: string
  locale: string
  timeZone: string
  customers: Map<string, string>
}

export async function placesOf(tenantId: string): Promise<Places> {
  const [tenant, installation, customers] = await Promise.all([
    db().tenant.findUnique({ where: { id: tenantId } }),
    installationIn(db()),
    db().customer.findMany({ where: { tenantId }, select: { id: true, name: true } }),
  ])
  return {
    tenant: tenant?.name ?? '',
    locale: tenant?.locale ?? installation.locale,
    timeZone: installationTimeZone(),
    customers: new Map(customers.map(({ id, name }) => [id, name])),
  }
}

export const settingOf = ({ settings }: Pick<Rule, 'settings'>, places: Places): Setting => ({
  tenant: places.tenant,
  locale: settings.locale ?? places.locale,
  timeZone: settings.timeZone ?? places.timeZone,
})

export const peopleFor = (tenantId: string, alarms: AlarmFacts[], rules: Pick<Rule, 'settings'>[]) =>
  People.read(
    db(),
    tenantId,
    alarms.flatMap(({ customerId }) => customerId ?? []),
    alarms.flatMap(alarm => rules.flatMap(({ settings }) => addressesIn(settings, alarm))),
  )
