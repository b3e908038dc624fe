// Trying rules on an alarm, without keeping anything: which match and why the others do not, who would get what.
import { readImages } from '@/domain/outbox/mail-image'
import { queueMail } from '@/domain/outbox/outbound-mail'
import { seen, writtenOf } from '@/domain/outbox/written-mail'
import type { Viewer } from '@/domain/viewer'
import { inMinutes } from '@/lib/clock'
import { db, rowId, transaction } from '@/lib/db'
import { keyring } from '@/lib/keyring'
import { Refusal } from '@/lib/refusal'
import { imagesOf } from './alarm-images'
import { readItem } from './alarm-item'
import { readAlarm } from './alarms'
import { addressed, write } from './contents'
import { readTypedJson } from './json-bounds'
import { type AlarmFacts, factsOf, type Match, matches } from './matching'
import { peopleFor, placesOf, settingOf } from './places'
import type { Recipient } from './recipients'
import { checkedSettings, listRules, type Rule, type RuleInput, readRule } from './rules'
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

/** One rule, or one as it is being written; without either all rules of a tenant. */
export type TriedRules = { ruleId?: string; draft?: RuleInput; tenantId?: string }

/**
 * Tries rules on an alarm that came in or that is given as JSON in our own shape.
 * @throws Refusal not-allowed, tenant-required, tenant-not-found, alarm-not-found, alarm-rule-not-found;
 *   alarm-json-invalid at `json`; for a draft as `saveRule`
 */
export async function tryRules(
  viewer: Viewer,
  tried: TriedAlarm,
  which: TriedRules = {},
): Promise<RuleTrial[]> {
  const { rules, facts, written, people, settings } = await trial(viewer, tried, which)
  return Promise.all(
    rules.map(async ({ rule, match }): Promise<RuleTrial> => {
      const content = written.get(rule)
      const recipients = match.why === null ? people.meant(rule.settings, facts) : []
      const stranger = recipients.some(({ userId }) => userId === null)
      return {
        ruleId: rule.id,
        name: rule.name,
        enabled: rule.enabled,
        why: match.why,
        problem: match.problem ?? content?.problem ?? null,
        detail: match.detail ?? content?.detail ?? null,
        recipients: recipients.map(({ address, how }) => ({ address, how })),
        mail: content ? await shown(content, settings(rule), stranger) : null,
      }
    }),
  )
}

type TriedRule = Pick<Rule, 'id' | 'name' | 'enabled' | 'settings'>

async function trial(viewer: Viewer, tried: TriedAlarm, { ruleId, draft, tenantId: named }: TriedRules) {
  const stored = ruleId ? await readRule(viewer, ruleId) : null
  const tenantId = stored ? stored.tenantId : tenantOf(viewer, named)
  const facts = await triedFacts(viewer, tried, tenantId)
  const rules: TriedRule[] = draft
    ? [
        {
          id: ruleId ?? '',
          name: draft.name,
          enabled: true,
          settings: await checkedSettings(draft.settings, tenantId),
        },
      ]
    : stored
      ? [stored]
      : await listRules(viewer, tenantId)
  const [found = []] = await matches([facts], rules)
  const places = await placesOf(tenantId)
  const people = await peopleFor(tenantId, [facts], rules)
  const settings = (rule: TriedRule) => settingOf(rule, places)
  const matching = rules.filter((_, index) => found[index]?.why === null)
  const contents = await write(
    matching.map(rule => ({
      rule,
      alarm: facts,
      kind: facts.status === 'cleared' ? 'cleared' : 'raised',
      again: 0,
      setting: settings(rule),
      customer: (facts.customerId && places.customers.get(facts.customerId)) || null,
    })),
    await imagesOf(tenantId),
  )
  return {
    tenantId,
    facts,
    people,
    settings,
    rules: rules.map((rule, index) => ({ rule, match: found[index] ?? ({ why: 'not-filter' } as Match) })),
    written: new Map(matching.map((rule, index) => [rule, contents[index]])),
  }
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
  const images = await readImages(parameters.images)
  const written = writtenOf({ kind: 'alarm', parameters }, images, () => '•'.repeat(12))
  return { ...seen(written), text: written.text }
}

/**
 * Sends the mail that a rule would send about an alarm to the viewer alone; its subject says of which rule it is.
 * @returns the mail's id
 * @throws Refusal as `tryRules`, and alarm-rule-not-matching
 */
export async function sendTrial(
  viewer: Viewer,
  tried: TriedAlarm,
  which: Omit<TriedRules, 'ruleId'> & ({ ruleId: string } | { draft: RuleInput }),
): Promise<string> {
  const { tenantId, rules, written, settings } = await trial(viewer, tried, which)
  const [first] = rules
  const content = first && written.get(first.rule)
  if (!content) throw new Refusal('alarm-rule-not-matching')
  const setting = settings(first.rule)
  const words = await addressed(content, setting, false)
  return transaction(tx =>
    queueMail(tx, {
      kind: 'alarm',
      recipient: viewer.email,
      locale: setting.locale,
      expiresAt: inMinutes(60),
      organisation: setting.tenant,
      userId: viewer.id,
      tenantId,
      parameters: {
        ...words,
        subject: `[${first.rule.name}] ${words.subject}`,
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
  const read = readItem(readTypedJson(tried.json, 'json'))
  if ('problem' in read)
    throw new Refusal('alarm-json-invalid', { field: 'json', values: { detail: read.problem.detail } })
  const { startedAt, endedAt, details, ...rest } = read.alarm
  return {
    ...rest,
    id: rowId(''),
    startedAt: (startedAt ?? new Date()).toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    details: details as AlarmFacts['details'],
    repeats: 0,
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
