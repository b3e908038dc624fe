// A process with a tenant of as many rules as it can have, each with a filter, that evaluates alarms.
import jsonata from 'jsonata'
import { evaluateAlarms } from '@/domain/alarms/alarm-work'
import { takeAlarms } from '@/domain/alarms/intake'
import { factsOf, matches } from '@/domain/alarms/matching'
import { listRules, saveRule } from '@/domain/alarms/rules'
import { createTenant } from '@/domain/tenancy/tenants'
import { viewer } from '@/domain/testing/viewers'
import { db } from '@/lib/db'
import { boot } from '@/server/boot'
import { alarmNumber } from './alarm-number'
import { median } from './figure'

/** Milliseconds for one rule and one alarm */
export type AlarmsResult = {
  rules: number
  alarms: number
  mails: number
  /** Whether it matches */
  filter: number
  /** With everything that comes of it, until the mails are in the outbox */
  whole: number
  /** JSONata in this very thread, compiled in advance */
  alone: number
}

const ruleCount = 50
/** Each means two of a hundred alarms: an alarm is in one mail, as a rule. */
const filterOf = (rule: number) =>
  `details.temperature >= ${rule * 2} and details.temperature < ${rule * 2 + 2} and $contains(originator, "device")`

async function measure(count: number): Promise<AlarmsResult> {
  const root = viewer()
  const tenantId = await createTenant(root, 'Bench')
  for (let rule = 0; rule < ruleCount; rule++)
    await saveRule(
      root,
      {
        name: `Rule ${rule}`,
        settings: { filter: filterOf(rule), recipients: ['watch@example.org'], perHour: 0 },
      },
      { tenantId },
    )
  const handIn = (first: number) =>
    takeAlarms(
      root,
      Array.from({ length: count }, (_, index) => alarmNumber(first + index)),
      { tenantId },
    )
  const wholes: number[] = []
  for (let round = 0; round < 4; round++) {
    await handIn(round * count)
    const begun = performance.now()
    await evaluateAlarms(tenantId)
    wholes.push(performance.now() - begun)
    const open = await db().alarmEvent.count({ where: { evaluatedAt: null } })
    if (open > 0) throw new Error(`${open} events were not evaluated.`)
  }
  const rules = await listRules(root, tenantId)
  const facts = (await db().alarm.findMany({ take: count })).map(factsOf)
  const filters: number[] = []
  const alones: number[] = []
  const compiled = rules.map(({ settings }) => jsonata(settings.filter))
  for (let round = 0; round < 4; round++) {
    let begun = performance.now()
    // Fifty at a time, as the worker does it.
    for (let at = 0; at < facts.length; at += 50) await matches(facts.slice(at, at + 50), rules)
    filters.push(performance.now() - begun)
    begun = performance.now()
    for (const alarm of facts) for (const expression of compiled) await expression.evaluate(alarm)
    alones.push(performance.now() - begun)
  }
  const perRule = (times: number[]) => median(times.slice(1)) / (count * ruleCount)
  return {
    rules: ruleCount,
    alarms: count,
    mails: await db().outboundMail.count(),
    filter: perRule(filters),
    whole: perRule(wholes),
    alone: perRule(alones),
  }
}

process.on('disconnect', () => process.exit())
const running = await boot({ worker: false, web: false })
process.on('SIGTERM', () => void running.stop().finally(() => process.exit()))
process.on('message', async ({ alarms }: { alarms: number }) => {
  process.send?.(await measure(alarms))
})
