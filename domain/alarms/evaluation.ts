// What the rules make of the alarms of a tenant. Everything is worked out first; then one short transaction writes it:
// the mails, and that the events were evaluated. So each event is in its mails exactly once, whatever is killed.
import type { AlarmEvent } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import { db, sqlNow, type Tx, transaction } from '@/lib/db'
import { imagesOf } from './alarm-images'
import { type Severity, severities } from './alarm-item'
import { type Content, type Told, write } from './contents'
import { collect, type ForDigest } from './digest'
import { digest, type EventKind } from './intake'
import { type AlarmFacts, factsOf, type Match, matches } from './matching'
import type { Outcome } from './outcome'
import { peopleFor, placesOf, settingOf } from './places'
import { type ForMail, Postbox } from './postbox'
import type { People, Recipient } from './recipients'
import { remindLater } from './reminder'
import { type Rule, ruleOf } from './rules'
import { holdTurn, type Turn } from './turn'

/** So many events are evaluated together. */
const step = 50

/** Evaluates the next events of a tenant, in their order. @returns how many; 0 also where the turn is lost */
export async function evaluateSome(turn: Turn): Promise<number> {
  const { tenantId } = turn
  const events = await db().alarmEvent.findMany({
    where: { tenantId, evaluatedAt: null },
    orderBy: { id: 'asc' },
    take: step,
    include: { alarm: true },
  })
  if (events.length === 0) return 0
  const rules = (
    await db().alarmRule.findMany({
      where: { tenantId, enabled: true },
      orderBy: [{ position: 'asc' }, { id: 'asc' }],
    })
  ).map(ruleOf)
  const alarms = events.map(({ alarm, kind }) => ({
    ...factsOf(alarm),
    // As it was then: what has become of it since has an event of its own.
    ...(kind !== 'cleared' && alarm.status === 'cleared' && { status: 'active', endedAt: null }),
  }))
  const found = await matches(alarms, rules)
  const places = await placesOf(tenantId)
  const people = await peopleFor(tenantId, alarms, rules)
  const known = await Known.read(rules, alarms)
  const plans = events.map((event, index) => {
    const alarm = alarms[index] as AlarmFacts
    return {
      event,
      alarm,
      acts: rules.map((rule, place) => {
        const match = found[index]?.[place] ?? { why: 'not-filter' }
        return decide(event, alarm, event.alarm.status, rule, match, people, known)
      }),
    }
  })
  const mailing = plans.flatMap(({ event, alarm, acts }) =>
    acts.flatMap(act => (act.mails && !act.collects ? { event, alarm, act } : [])),
  )
  const written = await write(
    mailing.map(
      ({ event, alarm, act }): Told => ({
        rule: act.rule,
        alarm,
        kind: event.kind as EventKind,
        again: act.again,
        setting: settingOf(act.rule, places),
        customer: (alarm.customerId && places.customers.get(alarm.customerId)) || null,
      }),
    ),
    await imagesOf(tenantId),
  )
  const contents = new Map(mailing.map(({ act }, index) => [act, written[index] as Content]))
  const done = await transaction(async tx => {
    if (!(await holdTurn(tx, turn))) return false
    const ids = await stillPending(tx, events)
    const postbox = new Postbox(tx, tenantId)
    const digests: ForDigest[] = []
    const outcomes: { id: string; outcomes: Outcome[] }[] = []
    for (const { event, alarm, acts } of plans) {
      if (!ids.has(event.id)) continue
      const told: Outcome[] = []
      for (const act of acts) {
        const { rule, recipients } = act
        const content = contents.get(act)
        let outcome = act.outcome
        if (act.collects) digests.push({ rule, event, recipients })
        else if (content) {
          const mail: ForMail = {
            rule,
            content,
            recipients,
            alarmIds: [alarm.id],
            kind: 'alarm',
            critical: alarm.severity === 'critical',
            setting: settingOf(rule, places),
          }
          outcome = { ruleId: rule.id, rule: rule.name, ...(await postbox.send(mail)) }
        }
        if (outcome) told.push(outcome)
      }
      outcomes.push({ id: event.id, outcomes: told })
    }
    await postbox.write()
    await collect(tx, tenantId, digests)
    await known.write(tx)
    await remindLater(
      tx,
      tenantId,
      plans.flatMap(({ event, acts }) =>
        acts.flatMap(({ rule, mails }) =>
          mails && event.kind === 'raised' ? { rule, alarmId: event.alarmId } : [],
        ),
      ),
    )
    await noteProblems(tx, plans, contents)
    await tx.$executeRaw`
      UPDATE "AlarmEvent" event SET "evaluatedAt" = ${sqlNow()}, outcomes = e.outcomes
      FROM json_to_recordset(${JSON.stringify(outcomes)}::json) AS e(id uuid, outcomes jsonb) WHERE event.id = e.id`
    return true
  })
  return done ? events.length : 0
}

type Act = {
  rule: Rule
  outcome: Outcome | null
  match: Match
  /** Whether a mail is due, at once or collected */
  mails: boolean
  collects: boolean
  again: number
  recipients: Recipient[]
}

/** What one rule does about one event, before it is known who wants mails and how many they have had. */
function decide(
  event: AlarmEvent,
  alarm: AlarmFacts,
  statusNow: string,
  rule: Rule,
  match: Match,
  people: People,
  known: Known,
): Act {
  const { settings, id: ruleId, name } = rule
  const act = { rule, match, mails: false, collects: false, again: 0, recipients: [] as Recipient[] }
  const end = (result: Outcome['result'], detail?: string): Act => ({
    ...act,
    outcome: { ruleId, rule: name, result, ...(detail && { detail }) },
  })
  // A reminder is one rule's alone.
  if (event.ruleId && event.ruleId !== ruleId) return { ...act, outcome: null }
  if (match.why) return end(match.why, match.problem)
  const { kind } = event
  if (kind === 'acknowledged' || (kind === 'cleared' && !settings.cleared)) return end('not-told')
  if (kind === 'cleared' && !known.hasMailed(ruleId, alarm.id)) return end('never-mailed')
  if ((kind === 'repeated' || kind === 'reminder') && statusNow !== 'active') return end('acknowledged')
  let again = 0
  if (kind === 'raised' || kind === 'repeated') {
    const window = known.enter(rule, alarm)
    if (window === null) return end('repeat')
    again = window
  }
  const recipients = people.meant(settings, alarm)
  if (recipients.length === 0) return end('no-recipient')
  known.mailed(ruleId, alarm.id)
  const collects = settings.digestMinutes > 0 && kind !== 'reminder'
  return { ...end(collects ? 'collected' : 'mailed'), mails: true, collects, again, recipients }
}

const worse = (one: string, other: string) =>
  severities.indexOf(one as Severity) < severities.indexOf(other as Severity)

type Thread = { ruleId: string; key: string; mailedAt: Date; severity: string; suppressed: number }

/** What rules have mailed before, and what this step adds to it. */
class Known {
  private readonly changed = new Set<string>()

  private constructor(
    private readonly threads: Map<string, Thread>,
    private readonly alarmMails: Set<string>,
  ) {}

  static async read(rules: Rule[], alarms: AlarmFacts[]): Promise<Known> {
    const ruleIds = rules.map(({ id }) => id)
    const alarmIds = alarms.map(({ id }) => id)
    const [threads, mails, collected] = await Promise.all([
      db().alarmThread.findMany({ where: { ruleId: { in: ruleIds }, key: { in: alarms.map(threadKey) } } }),
      db().alarmMail.findMany({
        where: { alarmId: { in: alarmIds }, ruleId: { in: ruleIds } },
        distinct: ['alarmId', 'ruleId'],
        select: { alarmId: true, ruleId: true },
      }),
      db().alarmDigestItem.findMany({
        where: { alarmId: { in: alarmIds } },
        select: { alarmId: true, digest: { select: { ruleId: true } } },
      }),
    ])
    return new Known(
      new Map(threads.map(thread => [`${thread.ruleId} ${thread.key}`, thread])),
      new Set([
        ...mails.map(({ ruleId, alarmId }) => `${ruleId} ${alarmId}`),
        ...collected.map(({ digest: { ruleId }, alarmId }) => `${ruleId} ${alarmId}`),
      ]),
    )
  }

  hasMailed(ruleId: string, alarmId: string): boolean {
    return this.alarmMails.has(`${ruleId} ${alarmId}`)
  }

  mailed(ruleId: string, alarmId: string): void {
    this.alarmMails.add(`${ruleId} ${alarmId}`)
  }

  /** @returns null where the same trouble was mailed about a moment ago, and is not worse; else how often it came since */
  enter({ id: ruleId, settings: { repeatMinutes } }: Rule, alarm: AlarmFacts): number | null {
    const key = threadKey(alarm)
    const place = `${ruleId} ${key}`
    const thread = this.threads.get(place)
    this.changed.add(place)
    const fresh = thread && thread.mailedAt.getTime() + repeatMinutes * 60_000 > now().getTime()
    if (thread && fresh && !worse(alarm.severity, thread.severity)) {
      thread.suppressed += 1
      return null
    }
    this.threads.set(place, { ruleId, key, mailedAt: now(), severity: alarm.severity, suppressed: 0 })
    return thread?.suppressed ?? 0
  }

  async write(tx: Tx): Promise<void> {
    const threads = [...this.changed].flatMap(place => this.threads.get(place) ?? [])
    if (threads.length === 0) return
    await tx.$executeRaw`
      INSERT INTO "AlarmThread" ("ruleId", key, "mailedAt", severity, suppressed)
      SELECT t."ruleId", t.key, t."mailedAt", t.severity, t.suppressed
      FROM json_to_recordset(${JSON.stringify(threads)}::json)
        AS t("ruleId" uuid, key text, "mailedAt" timestamptz, severity text, suppressed int)
      WHERE EXISTS (SELECT 1 FROM "AlarmRule" rule WHERE rule.id = t."ruleId")
      ON CONFLICT ("ruleId", key) DO UPDATE SET "mailedAt" = excluded."mailedAt", severity = excluded.severity,
        suppressed = excluded.suppressed`
  }
}

const threadKey = ({ originator, type }: AlarmFacts) => digest(originator, type)

/** Those of the events that nobody has evaluated yet, held until the transaction ends. */
async function stillPending(tx: Tx, events: { id: string }[]): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM "AlarmEvent" WHERE id = ANY (${events.map(({ id }) => id)}::uuid[]) AND "evaluatedAt" IS NULL
    ORDER BY id FOR UPDATE`
  return new Set(rows.map(({ id }) => id))
}

type Plans = { acts: Act[] }[]

/** What an administrator has to mend stands at the rule, until it is saved anew. */
async function noteProblems(tx: Tx, plans: Plans, contents: Map<Act, Content>): Promise<void> {
  const problems = new Map<string, { version: number; problem: string; detail: string | null }>()
  for (const { acts } of plans)
    for (const act of acts) {
      const content = contents.get(act)
      const problem = act.match.problem ?? content?.problem
      const detail = (act.match.problem ? act.match.detail : content?.detail) ?? null
      if (problem) problems.set(act.rule.id, { version: act.rule.version, problem, detail })
    }
  for (const [id, { version, problem, detail }] of problems)
    await tx.alarmRule.updateMany({
      where: { id, version },
      data: { problem, problemDetail: detail?.replaceAll('\0', '').slice(0, 500) ?? null, problemAt: now() },
    })
}
