// Alarms come in while workers are killed and PostgreSQL is restarted: each is in exactly the mails that it belongs to.
import type { AlarmInput } from '@/domain/alarms/alarm-item'
import { severities } from '@/domain/alarms/alarm-item'
import type { RuleInput } from '@/domain/alarms/rules'
import { during, left, openOffice, type Sql, scenario } from './reckoning'
import type { Node, Stage } from './stage'

const tenants = 4
const settings = { repeatMinutes: 600, perHour: 0 }

/** Each with what it means, said again without the rule's own code. */
const rules: (RuleInput & { for(alarm: AlarmInput): string[] })[] = [
  {
    name: 'Critical',
    settings: {
      ...settings,
      severities: ['critical'],
      recipients: ['watch@example.org', 'porter@example.org'],
    },
    for: ({ severity }) => (severity === 'critical' ? ['watch@example.org', 'porter@example.org'] : []),
  },
  {
    name: 'Hot',
    settings: {
      ...settings,
      filter: 'details.temperature >= 75',
      recipients: [`$\{details.owner}`],
      subject: '{{ alarm.originator }} is hot',
      body: '{{ alarm.details.temperature }}° at {{ alarm.originator }}. {{ links.acknowledge }}',
    },
    for: ({ details }) => (Number(details?.temperature) >= 75 ? [String(details?.owner)] : []),
  },
  {
    name: 'Doors',
    settings: {
      ...settings,
      types: ['door*'],
      recipients: ['porter@example.org', 'guard@example.org'],
      digestMinutes: 1,
    },
    for: ({ type }) => (type === 'Door open' ? ['porter@example.org', 'guard@example.org'] : []),
  },
]

/** A digest names no more alarms than these one by one. */
const namedInDigest = 100

const alarmsFor = (count: number): AlarmInput[] =>
  Array.from({ length: count }, (_, number) => ({
    originator: `device-${number}`,
    type: number % 3 === 0 ? 'Door open' : 'High temperature',
    severity: severities[number % severities.length] ?? 'major',
    startedAt: '2026-11-30T10:00:00Z',
    details: { temperature: number % 100, owner: `owner.${number % 50}@example.org` },
  }))

export const alarms = scenario('alarms', 'postgres', async ({ stage, sql, small, begin }) => {
  const count = small ? 240 : 10_000
  const handedIn = alarmsFor(count)
  const office = await openOffice(stage)
  const plain = rules.map(({ name, settings: given }) => ({ name, settings: given }))
  const tenantIds = await office.ask('makeRules', { tenants, rules: plain })
  await stage.smtp.behave({ delay: 5 })
  const crew = new Crew(stage)
  await crew.load(small ? 3 : 9)
  crew.fill()
  await crew.allReady()
  begin()
  let isIn = false
  const seconds = small ? 6 : 60
  const handingIn = office
    .ask('handIn', { tenantIds, alarms: handedIn, each: small ? 20 : 100, seconds })
    .then(() => {
      isIn = true
    })
  const hows = small ? (['kill'] as const) : (['fast', 'immediate', 'kill'] as const)
  const restarting = (async () => {
    for (const [index, how] of hows.entries()) {
      await during(seconds, 100, async () => stage.taken.size >= (count * (index + 1)) / (hows.length + 1))
      await stage.postgres.restart(how, small ? 0.5 : 2)
    }
  })()
  const enough = small ? 2 : Number.POSITIVE_INFINITY
  await during(300, small ? 1_500 : 2_000, async () => {
    if (crew.kills < enough) await crew.killOne()
    // The last of them goes on alone in a small run.
    if (!small) crew.fill()
    return isIn
  })
  await Promise.all([handingIn, restarting])
  const finished = await during(240, 500, async () => {
    // In a small run nobody waits for the minute of a digest.
    if (small) await sql(`UPDATE "AlarmDigest" SET "dueAt" = now() WHERE "dueAt" > now()`).catch(() => {})
    return (await pending(sql).catch(() => 1)) === 0
  })
  const { broken, pairs } = await compare(stage, sql, handedIn)
  if (crew.kills < 2) broken.push(`only ${crew.kills} workers were killed: that proves nothing`)
  return {
    finished,
    broken,
    more: { alarms: stage.taken.size, pairs, kills: crew.kills, restarts: hows.length },
  }
})

/** Three workers, those that are killed replaced. */
class Crew {
  kills = 0
  private readonly workers: Node[] = []
  /** To start one costs more than a second of a core: they are loaded in advance. */
  private readonly reserve: Node[] = []

  constructor(private readonly stage: Stage) {}

  async load(more: number): Promise<void> {
    for (; more > 0; more -= 3) {
      const next = Array.from({ length: 3 }, () => this.stage.startNode('worker', { waits: true }))
      await Promise.all(next.map(node => node.loaded))
      this.reserve.push(...next)
    }
  }

  fill(): void {
    // One at a time: what starts takes the cores from those that work.
    if (this.reserve.every(node => node.isLoaded()))
      this.reserve.push(this.stage.startNode('worker', { waits: true }))
    while (this.workers.length < 3 && this.reserve[0]?.isLoaded()) {
      this.reserve[0].begin()
      this.workers.push(...this.reserve.splice(0, 1))
    }
  }

  async allReady(): Promise<void> {
    await Promise.all(this.workers.map(({ ready }) => ready))
  }

  /** The one that has worked longest, once another works too. */
  async killOne(): Promise<void> {
    const [victim, other] = this.workers.filter(node => node.isReady())
    if (!victim || !other) return
    this.kills += 1
    this.workers.splice(this.workers.indexOf(victim), 1)
    await victim.part.kill()
  }
}

/** What is still to be done: events, digests, mails. */
async function pending(sql: Sql): Promise<number> {
  const [row] = await sql<{ count: number }>(`
    SELECT (SELECT count(*) FROM "AlarmEvent" WHERE "evaluatedAt" IS NULL)::int
      + (SELECT count(*) FROM "AlarmDigest")::int AS count`)
  return (row?.count ?? 0) + (await left(sql))
}

type Told = { originator: string; rule: string; recipient: string; count: number }
type Sent = { messageId: string; recipient: string; originators: string[] }

/** Which alarm is in which mails, against which it should be in; and each mail against what the SMTP server has got. */
async function compare(stage: Stage, sql: Sql, handedIn: AlarmInput[]) {
  const broken: string[] = []
  const none = (all: string[], sentence: string) => {
    if (all.length > 0) broken.push(`${all.length} ${sentence} (${all[0]})`)
  }
  const stored = await sql<{ originator: string }>(`SELECT originator FROM "Alarm"`)
  const known = new Set(stored.map(({ originator }) => originator))
  if (known.size !== stored.length) broken.push(`${stored.length - known.size} alarms are there twice`)
  const accepted = [...stage.taken].flatMap(number => handedIn[number] ?? [])
  none(
    accepted.flatMap(({ originator }) => (known.has(originator) ? [] : [originator])),
    'alarms were accepted and are not there',
  )
  if (accepted.length !== handedIn.length)
    broken.push(`${handedIn.length - accepted.length} alarms were not accepted in time`)
  const wanted = new Set(
    accepted.flatMap(alarm =>
      rules.flatMap(rule =>
        rule.for(alarm).map(recipient => `${alarm.originator} ${rule.name} ${recipient}`),
      ),
    ),
  )
  const told = await sql<Told>(`
    SELECT alarm.originator, rule.name AS rule, mail.recipient, count(*)::int AS count
    FROM "AlarmMail" told JOIN "Alarm" alarm ON alarm.id = told."alarmId"
    JOIN "AlarmRule" rule ON rule.id = told."ruleId" JOIN "OutboundMail" mail ON mail.id = told."mailId"
    GROUP BY alarm.originator, rule.name, mail.recipient`)
  const found = new Set(told.map(({ originator, rule, recipient }) => `${originator} ${rule} ${recipient}`))
  none(
    [...wanted].filter(one => !found.has(one)),
    'times an alarm is in no mail to one that it belongs to',
  )
  none(
    [...found].filter(one => !wanted.has(one)),
    'times an alarm is in a mail that it does not belong to',
  )
  none(
    told
      .filter(({ count }) => count > 1)
      .map(({ originator, rule, recipient }) => `${originator} ${rule} ${recipient}`),
    'times an alarm is in two mails of a rule to the same recipient',
  )
  const mails = await sql<Sent>(`
    SELECT mail."messageId", mail.recipient, array_agg(alarm.originator) AS originators
    FROM "OutboundMail" mail JOIN "AlarmMail" told ON told."mailId" = mail.id JOIN "Alarm" alarm ON alarm.id = told."alarmId"
    GROUP BY mail.id`)
  const receipts = await stage.receipts()
  none(
    mails.flatMap(({ messageId, recipient, originators }) => {
      const { recipients, names } = receipts[messageId] ?? { recipients: [], names: [] }
      const isRight =
        recipients.join() === recipient &&
        names.length === Math.min(namedInDigest, originators.length) &&
        names.every(name => originators.includes(name))
      return isRight ? [] : [`${messageId} to ${recipients.join()} names ${names.slice(0, 3).join()}`]
    }),
    'mails came to somebody else, or name other alarms',
  )
  if (
    (
      await sql(`SELECT 1 FROM "OutboundMail" mail WHERE kind::text LIKE 'alarm%'
    AND NOT EXISTS (SELECT 1 FROM "AlarmMail" told WHERE told."mailId" = mail.id)`)
    ).length > 0
  )
    broken.push('there are mails about no alarm')
  return { broken, pairs: wanted.size }
}
