// Trying rules on an alarm, without keeping anything: which match and why the others do not, who would get what.
import { queueMail } from '@/domain/outbox/outbound-mail'
import { seen, writtenOf } from '@/domain/outbox/written-mail'
import type { Viewer } from '@/domain/viewer'
import { inMinutes } from '@/lib/clock'
import { db, rowId, transaction } from '@/lib/db'
import { keyring } from '@/lib/keyring'
import { Refusal } from '@/lib/refusal'
import { readItem } from './alarm-item'
import { readAlarm } from './alarms'
import { addressed, write } from './contents'
import { type AlarmFacts, factsOf, type Match, matches } from './matching'
import { peopleFor, placesOf, settingOf } from './places'
import type { Recipient } from './recipients'
import { listRules, readRule } from './rules'
import { tenantOf } from './tenant-of'

export type RuleTrial = {
  ruleId: string
  name: string
  enabled: boolean
  /** Null where it matches */
  why: Match['why']
  problem: string | null
  detail: string | null
  recipients: Pick<Recipient, 'address' | 'how'>[]
  /** The mail as it would look; only where it matches */
  mail: { subject: string; html: string; text: string } | null
}

export type TriedAlarm = { alarmId: string } | { json: string }

/**
 * Tries all rules of a tenant, or one, on an alarm that came in or that is given as JSON in our own shape.
 * @throws Refusal not-allowed, tenant-required, tenant-not-found, alarm-not-found, alarm-rule-not-found;
 *   alarm-json-invalid at `json`
 */
export async function tryRules(
  viewer: Viewer,
  tried: TriedAlarm,
  which: { ruleId?: string; tenantId?: string } = {},
): Promise<RuleTrial[]> {
  const one = which.ruleId ? await readRule(viewer, which.ruleId) : null
  const tenantId = one ? one.tenantId : tenantOf(viewer, which.tenantId)
  const rules = one ? [one] : await listRules(viewer, tenantId)
  const facts = await triedFacts(viewer, tried, tenantId)
  const [found = []] = await matches([facts], rules)
  const places = await placesOf(tenantId)
  const people = await peopleFor(tenantId, [facts], rules)
  const kind = facts.status === 'cleared' ? 'cleared' : 'raised'
  const customer = (facts.customerId && places.customers.get(facts.customerId)) || null
  const matching = rules.filter((_, index) => found[index]?.why === null)
  const contents = await write(
    matching.map(rule => ({
      rule,
      alarm: facts,
      kind,
      again: 0,
      setting: settingOf(rule, places),
      customer,
    })),
  )
  return Promise.all(
    rules.map(async (rule, index): Promise<RuleTrial> => {
      const { why, problem, detail } = found[index] ?? { why: 'not-filter' }
      const content = contents[matching.indexOf(rule)]
      const recipients = why === null ? people.meant(rule.settings, facts) : []
      const stranger = recipients.some(({ userId }) => userId === null)
      return {
        ruleId: rule.id,
        name: rule.name,
        enabled: rule.enabled,
        why,
        problem: problem ?? content?.problem ?? null,
        detail: detail ?? content?.detail ?? null,
        recipients: recipients.map(({ address, how }) => ({ address, how })),
        mail: content ? await shown(content, settingOf(rule, places), stranger) : null,
      }
    }),
  )
}

async function shown(
  content: Parameters<typeof addressed>[0],
  setting: Parameters<typeof addressed>[1],
  stranger: boolean,
) {
  const parameters = {
    ...(await addressed(content, setting, stranger)),
    to: [],
    cc: [],
    link: { keyId: '', path: 'alarm' },
    acknowledgeId: '',
    stopId: stranger ? '' : null,
  }
  const written = writtenOf({ kind: 'alarm', parameters }, () => '•'.repeat(12))
  return { ...seen(written), text: written.text }
}

/**
 * Sends the mail that a rule would send about an alarm to the viewer alone. It says in its subject that it is a trial.
 * @returns the mail's id
 * @throws Refusal as `tryRules`, and alarm-rule-not-matching
 */
export async function sendTrial(viewer: Viewer, ruleId: string, tried: TriedAlarm): Promise<string> {
  const rule = await readRule(viewer, ruleId)
  const [trial] = await tryRules(viewer, tried, { ruleId })
  if (!trial?.mail) throw new Refusal('alarm-rule-not-matching')
  const places = await placesOf(rule.tenantId)
  const facts = await triedFacts(viewer, tried, rule.tenantId)
  const setting = settingOf(rule, places)
  const [content] = await write([
    {
      rule,
      alarm: facts,
      kind: facts.status === 'cleared' ? 'cleared' : 'raised',
      again: 0,
      setting,
      customer: (facts.customerId && places.customers.get(facts.customerId)) || null,
    },
  ])
  if (!content) throw new Refusal('alarm-rule-not-matching')
  const words = await addressed(content, setting, false)
  return transaction(tx =>
    queueMail(tx, {
      kind: 'alarm',
      recipient: viewer.email,
      locale: setting.locale,
      expiresAt: inMinutes(60),
      organisation: places.tenant,
      userId: viewer.id,
      tenantId: rule.tenantId,
      parameters: {
        ...words,
        subject: `[${rule.name}] ${words.subject}`,
        to: [viewer.email],
        cc: [],
        link: { keyId: keyring().newestId, path: 'alarm' },
        // Of no mail that has a link: it acknowledges nothing.
        acknowledgeId: rowId(''),
        stopId: null,
        alarmIds: 'alarmId' in tried ? [tried.alarmId] : [],
      },
      requestedBy: viewer,
    }),
  )
}

async function triedFacts(viewer: Viewer, tried: TriedAlarm, tenantId: string): Promise<AlarmFacts> {
  if ('alarmId' in tried) {
    const alarm = await readAlarm(viewer, tried.alarmId)
    if (alarm.tenantId !== tenantId) throw new Refusal('alarm-not-found')
    return factsOf(alarm)
  }
  const read = readItem(parsed(tried.json))
  if ('problem' in read)
    throw new Refusal('alarm-json-invalid', { field: 'json', values: { detail: read.problem.detail } })
  const { startedAt, endedAt, details, ...rest } = read.alarm
  return {
    ...rest,
    id: rowId(''),
    startedAt: (startedAt ?? new Date()).toISOString(),
    endedAt: endedAt && endedAt.toISOString(),
    details: details as AlarmFacts['details'],
    repeats: 0,
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw new Refusal('alarm-json-invalid', { field: 'json', values: { detail: (error as Error).message } })
  }
}

/** The newest alarms of a tenant, to try rules on. @throws Refusal not-allowed, tenant-required, tenant-not-found */
export const recentAlarms = async (viewer: Viewer, tenantId?: string) =>
  db().alarm.findMany({
    where: { tenantId: rowId(tenantOf(viewer, tenantId)) },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: 20,
    select: { id: true, type: true, originator: true, severity: true, createdAt: true },
  })
