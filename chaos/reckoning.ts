// What became of all mails in the end, by what the database says and by what the SMTP server has seen.
import { setTimeout as pause } from 'node:timers/promises'
import { mostCopies } from '@/domain/outbox/retry-policy'
import type { Receipt } from './smtp-part'
import { type Node, Stage } from './stage'

/** Asks the database of a scenario. */
export type Sql = <Row extends object>(text: string) => Promise<Row[]>

export type Result = {
  scenario: string
  /** Mails that were committed */
  mails: number
  /** Of these, the ones that the SMTP server has accepted */
  accepted: number
  /** The ones that are not sent by the database, or not accepted by the server, or not there any more */
  lost: number
  /** How often the server accepted a mail that it had accepted before */
  doubled: number
  /** Attempts of which it is recorded that their outcome is not known */
  uncertain: number
  seconds: number
  /** Further figures of the scenario */
  more: Record<string, number>
  /** The promises that do not hold, each in one sentence */
  broken: string[]
}

/** @param options.url an empty PostgreSQL database to play on, in place of one of its own */
export type Scenario = (options: { small: boolean; url?: string }) => Promise<Result>

type Scene = {
  stage: Stage
  sql: Sql
  small: boolean
  /** From now on the time counts. */
  begin(): void
}

type Played = {
  /** Whether all mails ended in time */
  finished: boolean
  more: Record<string, number>
  /** Promises of this scenario alone that do not hold */
  broken?: string[]
  /** Mails that may end without being sent */
  expected?: (mail: Mail) => boolean
  /** Asks the database, where it is not PostgreSQL */
  sql?: Sql
}

type Mail = { id: string; state: string; cause: string | null }

/** Plays a scenario on a stage of its own, and reckons up what became of all mails. */
export const scenario =
  (name: string, database: 'postgres' | 'embedded', play: (scene: Scene) => Promise<Played>): Scenario =>
  async ({ small, url }) => {
    const stage = await Stage.open(database, url)
    let begun = performance.now()
    const begin = () => {
      begun = performance.now()
    }
    try {
      const sql: Sql = text => stage.sql(text)
      const played = await play({ stage, sql, small, begin })
      const seconds = Math.round((performance.now() - begun) / 100) / 10
      const { broken, ...figures } = await reckon(stage, played.sql ?? sql, played.expected)
      return {
        scenario: name,
        ...figures,
        seconds,
        more: played.more,
        broken: [
          ...(played.finished ? [] : ['not all mails ended in time']),
          ...(played.broken ?? []),
          ...broken,
        ],
      }
    } finally {
      await stage.close()
    }
  }

/** The first node, that queues the mails, with the mail server of the installation connected. */
export async function openOffice(
  stage: Stage,
  {
    sends = false,
    clockAhead = 0,
    timeLapse = 1,
    timeoutSeconds = 10,
    maxConnections = 20,
  }: {
    sends?: boolean
    clockAhead?: number
    timeLapse?: number
    timeoutSeconds?: number
    maxConnections?: number
  } = {},
): Promise<Node> {
  const office = stage.startNode(sends ? 'worker' : 'queues', { clockAhead, timeLapse })
  await office.ready
  await office.ask('connect', { port: stage.smtp.port, timeoutSeconds, maxConnections })
  return office
}

type Row = {
  id: string
  messageId: string
  state: string
  cause: string | null
  /** Waits for a person, who decides whether another copy goes out */
  undecided: boolean
  /** Attempts that ended so, or have not ended */
  taken: number
  uncertain: number
  running: number
}

const noReceipt: Receipt = { complete: 0, accepted: 0, refused: 0, links: [], recipients: [], names: [] }

/** Compares all mails with all receipts. @param expected mails that may end without being sent */
async function reckon(
  stage: Stage,
  sql: Sql,
  expected: (mail: Mail) => boolean = () => false,
): Promise<Omit<Result, 'scenario' | 'seconds' | 'more'>> {
  const rows = await sql<Row>(`
    SELECT mail.id::text, mail."messageId", mail.state::text, mail.cause, ${undecided} AS undecided,
      count(*) FILTER (WHERE attempt.outcome = 'accepted')::int AS taken,
      count(*) FILTER (WHERE attempt.outcome = 'uncertain')::int AS uncertain,
      count(*) FILTER (WHERE attempt.outcome = 'running')::int AS running
    FROM "OutboundMail" mail LEFT JOIN "DeliveryAttempt" attempt ON attempt."mailId" = mail.id
    GROUP BY mail.id`)
  const receipts = await stage.receipts()
  const broken: string[] = []
  const promise = (count: number, sentence: string, example: string | undefined) => {
    if (count > 0) broken.push(`${count} ${sentence}${example ? ` (${example})` : ''}`)
  }
  /** All that a condition holds for must be none. */
  const none = <T>(all: T[], holds: (one: T) => boolean, sentence: string, name: (one: T) => string) => {
    const found = all.filter(holds)
    promise(found.length, sentence, found[0] && name(found[0]))
    return found.length
  }
  const known = new Set(rows.map(({ id }) => id))
  const named = (row: Row) => `${row.messageId} is ${row.state}, ${row.cause}`
  const receipt = (row: Row) => receipts[row.messageId] ?? noReceipt
  const gone = none(
    [...stage.committed],
    id => !known.has(id),
    'mails were committed and are not there any more',
    String,
  )
  const lost = none(
    rows,
    row => !expected(row) && !row.undecided && !(row.state === 'sent' && receipt(row).accepted > 0),
    'mails are not sent and accepted',
    row => `${named(row)}, received ${JSON.stringify(receipt(row))}`,
  )
  none(rows, row => row.uncertain > mostCopies, 'mails went out too often without an answer', named)
  none(
    rows,
    row => row.undecided && (row.taken > 0 || row.uncertain < mostCopies),
    'mails wait for a person for no reason',
    named,
  )
  none(rows, row => row.running > 0, 'mails have an attempt that never ended', named)
  none(
    rows,
    row => receipt(row).complete - receipt(row).refused > row.taken + row.uncertain,
    'mails went out although no attempt says that they were accepted, or that it is uncertain',
    row =>
      `${named(row)}, received ${JSON.stringify(receipt(row))}, ${row.taken} and ${row.uncertain} attempts`,
  )
  none(
    rows,
    row => receipt(row).complete > 0 && (receipt(row).links.length !== 1 || receipt(row).links[0] === ''),
    'mails went out with more than one link, or none',
    named,
  )
  const ids = new Set(rows.map(({ messageId }) => messageId))
  none(Object.keys(receipts), id => !ids.has(id), 'mails went out that nobody committed', String)
  const doubled = rows.reduce((sum, row) => sum + Math.max(0, receipt(row).accepted - 1), 0)
  const uncertain = rows.reduce((sum, row) => sum + row.uncertain, 0)
  promise(Math.max(0, doubled - uncertain), 'doubles more than there are uncertain attempts', undefined)
  const accepted = rows.filter(row => receipt(row).accepted > 0).length
  return { mails: rows.length, accepted, lost: lost + gone, doubled, uncertain, broken }
}

/** Does something again and again until it says that it is over. @returns false when it took too long */
export async function during(seconds: number, every: number, over: () => Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + seconds * 1000
  while (!(await over())) {
    if (performance.now() > deadline) return false
    await pause(every)
  }
  return true
}

/** That a mail waits for a person, in SQL. */
const undecided = `(mail.state = 'uncertain' AND mail."dueAt" >= mail."expiresAt")`

/** How many mails have not ended, beside those that wait for a person. */
export const left = async (sql: Sql): Promise<number> =>
  (
    await sql<{ count: number }>(`SELECT count(*)::int AS count FROM "OutboundMail" mail
      WHERE (state IN ('queued', 'deferred', 'uncertain') AND NOT ${undecided}) OR state = 'sending'`)
  )[0]?.count ?? 0
