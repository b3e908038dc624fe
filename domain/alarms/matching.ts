// Which alarms a rule means. What is looked up goes first; JSONata is asked only for what is left.
import type { Alarm } from '@/generated/prisma/client'
import type { RuleSettings } from './rule-settings'
import type { Rule } from './rules'
import { runTasks, type Task, type TaskResult } from './sandbox'

/** Why a rule does not mean an alarm. */
type Mismatch =
  | 'not-severity'
  | 'not-type'
  | 'not-originator'
  | 'not-customer'
  | 'not-filter'
  | 'filter-failed'

/** `null` means it matches. `problem` is what an administrator has to mend. */
export type Match = { why: Mismatch | null; problem?: string; detail?: string }

/** What filters, templates and recipients know of an alarm. */
export type AlarmFacts = Pick<
  Alarm,
  'originator' | 'type' | 'severity' | 'status' | 'customerId' | 'details' | 'repeats'
> & { id: string; startedAt: string; endedAt: string | null }

export const factsOf = (alarm: Alarm): AlarmFacts => ({
  id: alarm.id,
  originator: alarm.originator,
  type: alarm.type,
  severity: alarm.severity,
  status: alarm.status,
  startedAt: alarm.startedAt.toISOString(),
  endedAt: alarm.endedAt?.toISOString() ?? null,
  repeats: alarm.repeats,
  customerId: alarm.customerId,
  details: alarm.details,
})

/** For each alarm what each rule makes of it. @returns in the order of alarms, and for each in that of rules */
export async function matches(
  alarms: readonly AlarmFacts[],
  rules: readonly Pick<Rule, 'settings'>[],
): Promise<Match[][]> {
  const all = alarms.map(alarm => rules.map(({ settings }): Match => ({ why: mismatch(settings, alarm) })))
  const asked = all.flatMap((row, input) =>
    row.flatMap(({ why }, rule) => {
      const expression = rules[rule]?.settings.filter.trim()
      return why === null && expression ? { input, rule, expression } : []
    }),
  )
  if (asked.length === 0) return all
  const tasks = asked.map(({ expression, input }): Task => ({ kind: 'filter', expression, input }))
  const results = await runTasks(tasks, alarms)
  for (const [index, { input, rule }] of asked.entries()) {
    const row = all[input]
    if (row) row[rule] = matchOf(results[index] ?? { problem: 'failed' })
  }
  return all
}

const matchOf = ({ value, problem, detail }: TaskResult): Match => {
  if (problem) return { why: 'filter-failed', problem: `filter-${problem}`, ...(detail && { detail }) }
  return { why: value ? null : 'not-filter' }
}

function mismatch(settings: RuleSettings, alarm: AlarmFacts): Mismatch | null {
  const { severities, types, originators, customerId } = settings
  if (severities.length > 0 && !severities.some(one => one === alarm.severity)) return 'not-severity'
  if (types.length > 0 && !types.some(one => isLike(alarm.type, one))) return 'not-type'
  if (originators.length > 0 && !originators.some(one => isLike(alarm.originator, one)))
    return 'not-originator'
  return customerId && customerId !== alarm.customerId ? 'not-customer' : null
}

/** Letters of either case; `*` stands for any. Goes through both once, whatever stands in them. */
function isLike(text: string, pattern: string): boolean {
  const parts = pattern.toLowerCase().split('*')
  const where = text.toLowerCase()
  const [first = '', ...rest] = parts
  if (rest.length === 0) return where === first
  if (!where.startsWith(first)) return false
  let at = first.length
  const last = rest.pop() ?? ''
  for (const part of rest) {
    const found = where.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return where.length - last.length >= at && where.endsWith(last)
}
