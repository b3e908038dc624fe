// What a worker writes down about its attempts, many in one commit: that one goes beyond the point of no
// return, and how each ended.

import { recordTest } from '@/domain/mail-server/versions'
import type { Outcome, StageReport, TranscriptLine } from '@/domain/smtp/submission'
import { tellOfMails } from '@/domain/webhooks/events'
import { Prisma } from '@/generated/prisma/client'
import { db, query, sqlNow } from '@/lib/db'
import { GroupCommit, persist } from '@/lib/group-commit'
import { log } from '@/lib/log'
import { storableText } from '@/lib/storable-text'
import type { ClaimedMail } from './claim'
import { copyDelay, greylistDelay, isFinal, retryDelay, shortestWait } from './retry-policy'
import { tallyAttempts, tallyMails } from './tally'

/** The attempt belongs to another worker by now: this one was taken for dead. */
export class TakenOver extends Error {
  override name = 'TakenOver'
}

export class Ledger {
  /** The mails that this worker has claimed and not ended yet. */
  readonly inHand = new Set<string>()

  constructor(private readonly workerId: string) {}

  /**
   * Notes that the content of a mail is about to leave. From then on a lost connection leaves it open
   * whether the mail was taken, and that must be known even if this process dies now.
   * @throws TakenOver, and the database's error; in both cases nothing may be sent
   */
  async contentLeaves(mail: ClaimedMail): Promise<void> {
    if (await this.leaving.add(mail)) return
    this.inHand.delete(mail.id)
    throw new TakenOver('this attempt was taken over by another worker')
  }

  private readonly leaving = new GroupCommit<ClaimedMail, boolean>(async mails => {
    const rows = await query<{ id: string }>(Prisma.sql`
      UPDATE "DeliveryAttempt" attempt SET phase = 'data'
      FROM unnest(${mails.map(({ id }) => id)}::uuid[], ${mails.map(({ attempt }) => attempt.number)}::int[]) AS mine(id, number)
      WHERE attempt."mailId" = mine.id AND attempt.number = mine.number AND outcome = 'running'
        AND attempt."workerId" = ${this.workerId}::uuid
      RETURNING "mailId" AS id`)
    const ours = new Set(rows.map(({ id }) => id))
    return mails.map(({ id }) => ours.has(id))
  })

  /**
   * Writes down how an attempt ended, and what becomes of its mail. The server has answered: forgetting
   * that would send the mail twice, so while the database is away it is held until it can be written.
   */
  async settle(
    mail: ClaimedMail,
    outcome: Outcome | Broken,
    took: number,
    where: Where = { elsewhere: false, builtin: false },
  ): Promise<void> {
    const settlement = settlementOf(mail, outcome, took, where)
    // Before the end of the attempt can be seen: whoever watches the test then finds its result.
    const tested = mail.mailServerVersionId
    if (tested && outcome.result !== 'interrupted')
      await persist(() => recordTest(db(), tested, outcome.result, settlement.cause), 5)
    await this.ended.add(settlement)
    this.inHand.delete(mail.id)
    log.info(
      {
        mailId: mail.id,
        kind: mail.kind,
        attempt: mail.attempt.number,
        result: outcome.result,
        ...(settlement.cause && { cause: settlement.cause }),
      },
      'delivery attempt',
    )
  }

  /** How many outcomes wait to be written: while the database is slow, no more should be made. */
  get unwritten(): number {
    return this.ended.waiting
  }

  private readonly ended = new GroupCommit<Settlement, void>(
    async settlements => {
      await persist(() => this.write(settlements), 3).catch(async () => {
        // One that can never be written must not hold up the others.
        for (const one of settlements)
          await persist(() => this.write([one]), 3).catch(error =>
            log.error({ mailId: one.mail, error: String(error) }, 'an outcome could not be written'),
          )
      })
      return settlements.map(() => undefined)
    },
    250,
    true,
  )

  /**
   * What the server has accepted is sent, also when this worker was taken for dead meanwhile and the mail
   * waits for its next attempt: that attempt would be the double. Everything else counts only while the
   * mail is still ours.
   */
  private async write(settlements: Settlement[]): Promise<void> {
    // A link of a quarter of an hour is dead before the usual delays are over. Towards its end a mail waits for no more
    // than a third of the time that is left; a greylisting server says itself when.
    const left = Prisma.sql`extract(epoch FROM mail."expiresAt" - ${sqlNow()}) * 1000`
    const delay = Prisma.sql`CASE WHEN told.state = 'deferred' AND told.cause IS DISTINCT FROM 'greylisted'
      THEN least(told.delay, greatest(${shortestWait}::float, (${left})::float / 3)) ELSE told.delay END`
    const next = Prisma.sql`${sqlNow()} + ${delay} * interval '1 millisecond'`
    const tooLate = Prisma.sql`told.state <> 'uncertain' AND ${next} >= mail."expiresAt"`
    await query(Prisma.sql`
      WITH told AS MATERIALIZED (
        SELECT * FROM json_to_recordset(${storable(settlements)}::json) AS told(mail uuid, number int, kind text,
          outcome text, phase text, version uuid, "replyCode" int, "enhancedCode" text, "replyText" text, "queueId" text, cause text,
          detail jsonb, stages jsonb, transcript jsonb, took float, state text, kept boolean, "mailCause" text, delay float)
      ), attempt AS (
        UPDATE "DeliveryAttempt" attempt SET outcome = told.outcome, phase = told.phase, "replyCode" = told."replyCode",
          "enhancedCode" = told."enhancedCode", "replyText" = told."replyText", "queueId" = told."queueId", cause = told.cause,
          detail = told.detail, stages = told.stages, transcript = told.transcript,
          "startedAt" = ${sqlNow()} - told.took * interval '1 millisecond', "endedAt" = ${sqlNow()}
        FROM told WHERE attempt."mailId" = told.mail AND attempt.number = told.number
        RETURNING attempt.*, told.kind
      ), mail AS (
        UPDATE "OutboundMail" mail SET
          -- Past its expiry nobody wants the mail; it ends now, and its last attempt says why.
          state = (CASE WHEN ${tooLate} THEN 'failed' ELSE told.state END)::"MailState",
          cause = CASE WHEN ${tooLate} THEN 'expired' ELSE told."mailCause" END,
          "dueAt" = CASE
            -- No further copy before it expires: until then a person may decide.
            WHEN told.state = 'uncertain' THEN least(${next}, mail."expiresAt")
            ELSE coalesce(${next}, mail."dueAt") END,
          unconfirmed = mail.unconfirmed + CASE WHEN told.outcome = 'uncertain' THEN 1 ELSE 0 END,
          kept = told.kept,
          "sentAt" = CASE WHEN told.state = 'sent' THEN ${sqlNow()} ELSE mail."sentAt" END
        FROM told
        WHERE mail.id = told.mail AND (
          -- As text: so that each mail is looked up by its id, and not the whole queue by its state.
          -- Of this very attempt: what is written twice, because the answer to the first time was lost, must
          -- not end the next one, which may be ours too.
          (mail.state::text = 'sending' AND mail."workerId" = ${this.workerId}::uuid AND mail.attempts = told.number)
          OR (told.state = 'sent' AND mail.state::text IN ('queued', 'deferred', 'uncertain')))
        RETURNING mail.*
      ), attempts AS (${tallyAttempts}), mails AS (${tallyMails}), hooks AS (${tellOfMails})${silences(settlements)}
      SELECT 1`)
  }

  /** Puts mails back that were claimed and not begun: no attempt was made at them. */
  async putBack(mails: ClaimedMail[]): Promise<void> {
    if (mails.length === 0) return
    await persist(
      () => db().$executeRaw`
        WITH attempt AS (
          DELETE FROM "DeliveryAttempt"
          USING unnest(${mails.map(({ id }) => id)}::uuid[], ${mails.map(({ attempt }) => attempt.number)}::int[],
            ${mails.map(({ attempt }) => attempt.startedAt)}::timestamptz[]) AS mine(id, nth, at)
          WHERE "mailId" = mine.id AND number = mine.nth AND outcome = 'running' AND "workerId" = ${this.workerId}::uuid
            -- What was put back, and claimed anew before that was known, is another claim.
            AND "startedAt" = mine.at
          RETURNING "mailId", number
        )
        UPDATE "OutboundMail" mail SET attempts = attempts - 1, "workerId" = NULL,
          state = (CASE WHEN cause = 'outcome-uncertain' THEN 'uncertain' WHEN cause IS NULL THEN 'queued' ELSE 'deferred' END)::"MailState"
        FROM attempt WHERE mail.id = attempt."mailId" AND mail.state = 'sending' AND mail."workerId" = ${this.workerId}::uuid`,
      10,
    )
    for (const { id } of mails) this.inHand.delete(id)
  }
}

/** Where an attempt was made. */
export type Where = {
  /** Another server takes the mail at once if this one is in trouble. */
  elsewhere: boolean
  /** It was the built-in inbox: what it accepts is delivered to nobody. */
  builtin: boolean
}

/**
 * Counts for each server how many mails in a row it has taken without a word. Any word ends the row, also about
 * a mail that it refuses. Tests do not count: they may go anywhere.
 */
function silences(settlements: Settlement[]): Prisma.Sql {
  const silent = new Map<string, number>()
  const spoke = new Set<string>()
  for (const { version, outcome, replyCode } of settlements.filter(({ kind }) => kind !== 'test'))
    if (outcome === 'uncertain') silent.set(version, (silent.get(version) ?? 0) + 1)
    else if (replyCode !== undefined) {
      silent.delete(version)
      spoke.add(version)
    }
  const fallen = [...spoke].filter(version => !silent.has(version))
  const ended = Prisma.sql`, spoke AS (DELETE FROM "MailServerSilence" WHERE "versionId" = ANY (${fallen}::uuid[]))`
  if (silent.size === 0) return ended
  return Prisma.sql`${ended}, silent AS (
    INSERT INTO "MailServerSilence" AS known ("versionId", unanswered)
    SELECT mine.id, mine.times
    FROM unnest(${[...silent.keys()]}::uuid[], ${[...silent.values()]}::int[]) AS mine(id, times)
    -- Its server may have been deleted meanwhile.
    JOIN "MailServerVersion" version ON version.id = mine.id ORDER BY 1
    ON CONFLICT ("versionId") DO UPDATE SET unanswered = excluded.unanswered
      + CASE WHEN known."versionId" = ANY (${[...spoke]}::uuid[]) THEN 0 ELSE known.unanswered END)`
}

/** Whether a server has taken two mails in a row without a word: then it gets no more for a while. */
export async function isSilent(versionId: string): Promise<boolean> {
  const silence = await db().mailServerSilence.findUnique({ where: { versionId } })
  return silence !== null && silence.unanswered >= 2
}

/** Nothing was said by a server: the attempt broke off on our side. */
export type Broken = {
  result: 'interrupted'
  /** Somebody did not want to wait for the end of a test */
  cancelled?: boolean
  phase: string
  stages: StageReport[]
  transcript: TranscriptLine[]
}

type Settlement = {
  mail: string
  number: number
  kind: string
  outcome: string
  phase: string
  version: string
  replyCode?: number
  enhancedCode?: string | null
  replyText?: string
  queueId?: string | null
  cause: string | null
  detail?: Record<string, string>
  stages: StageReport[]
  transcript: TranscriptLine[] | null
  /** Milliseconds */
  took: number
  state: 'sent' | 'failed' | 'deferred' | 'uncertain' | 'queued' | 'cancelled'
  kept: boolean
  mailCause: string | null
  /** Milliseconds to the next attempt; null if there is none */
  delay: number | null
}

function settlementOf(
  mail: ClaimedMail,
  outcome: Outcome | Broken,
  took: number,
  { elsewhere, builtin }: Where,
): Settlement {
  const common = {
    mail: mail.id,
    number: mail.attempt.number,
    kind: mail.kind,
    outcome: outcome.result,
    phase: outcome.phase,
    version: mail.attempt.versionId,
    kept: builtin && outcome.result === 'accepted',
    took,
  }
  if (outcome.result === 'accepted') {
    const { reply, queueId, stages } = outcome
    return {
      ...common,
      ...replyColumns(reply),
      queueId,
      cause: null,
      stages: essential(stages),
      transcript: mail.kind === 'test' ? outcome.transcript : null,
      state: 'sent',
      mailCause: null,
      delay: null,
    }
  }
  const { stages, transcript } = outcome
  const { number } = mail.attempt
  // A test is made once: whoever has been told that it broke off must not get its mail later on.
  if (outcome.result === 'interrupted' && mail.kind === 'test')
    return {
      ...common,
      cause: null,
      stages,
      transcript,
      state: outcome.cancelled ? 'cancelled' : 'failed',
      mailCause: outcome.cancelled ? 'test-cancelled' : 'no-worker',
      delay: null,
    }
  if (outcome.result === 'interrupted') {
    const delay = retryDelay(number, 'interrupted')
    // What an earlier attempt has left open stays open.
    const open = mail.cause === 'outcome-uncertain'
    const state = open ? 'uncertain' : 'queued'
    return { ...common, cause: null, stages, transcript, state, mailCause: open ? mail.cause : null, delay }
  }
  const { cause, detail, reply } = outcome
  const ended = mail.kind === 'test' || isFinal(outcome)
  const uncertain = outcome.result === 'uncertain'
  const delay = uncertain
    ? copyDelay(mail.unconfirmed + 1)
    : elsewhere
      ? 0
      : (greylistDelay(outcome) ?? retryDelay(number, cause))
  return {
    ...common,
    ...(reply && replyColumns(reply)),
    cause,
    detail,
    stages,
    transcript,
    state: ended ? 'failed' : uncertain ? 'uncertain' : 'deferred',
    mailCause: cause,
    delay: ended ? null : delay,
  }
}

/** Of a mail that went over a connection which was open already only the times: the rest says nothing new. */
const essential = (stages: StageReport[]): StageReport[] => {
  const warm = stages.some(({ stage, result }) => stage === 'connect' && result === 'skipped')
  const own = stages.filter(({ result }) => result !== 'skipped')
  return warm ? own.map(stage => ({ ...stage, facts: {} })) : stages
}

const replyColumns = ({ code, enhanced, text }: { code: number; enhanced: string | null; text: string }) => ({
  replyCode: code,
  enhancedCode: enhanced,
  replyText: text,
})

/** What holds a text that PostgreSQL does not take could never be written. */
function storable(settlements: Settlement[]): string {
  const text = JSON.stringify(settlements)
  if (!/\\u0000|\\ud[89a-f]/i.test(text)) return text
  return JSON.stringify(settlements, (_key, value) =>
    typeof value === 'string' ? storableText(value) : value,
  )
}
