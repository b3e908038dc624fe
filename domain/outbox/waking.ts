// After a mail server was saved or works again: what waited for it goes now, not at its next turn. Whoever causes
// that only leaves word of it; workers make the mails due, some at a time, however many there are.
import { Prisma } from '@/generated/prisma/client'
import { sqlNow, type Tx, transaction } from '@/lib/db'
import { beyond, cursorOf, cursorText, inOrder, type MailCursor } from './mail-cursor'
import { wakeWorkers } from './outbound-mail'
import { inTheirOwnTime } from './retry-policy'

const batch = 1_000

/** Leaves word, to be heard with the commit. A round that is under way begins anew. */
export async function wakeWaitingMails(tx: Tx): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO "OutboxControl" (id, "wakingSince") VALUES (1, ${sqlNow()})
    ON CONFLICT (id) DO UPDATE SET "wakingSince" = excluded."wakingSince", "wakingCursor" = NULL`
  await wakeWorkers(tx)
}

/** Makes due what waits, if there is word of it; two who do so at once do not do it twice. @returns how many */
export async function makeDue(goOn: () => boolean = () => true): Promise<number> {
  let count = 0
  for (let more = true; more && goOn(); ) {
    const step = await makeSomeDue()
    count += step.count
    more = step.more
  }
  return count
}

/**
 * One step, in the order in which mails were requested: each is met once, so that what fails again meanwhile is
 * left to its own time. What is uncertain is left alone: a server that works again says nothing about it.
 */
const makeSomeDue = (): Promise<{ count: number; more: boolean }> =>
  transaction(async tx => {
    const [control] = await tx.$queryRaw<{ wakingCursor: string | null }[]>`
      SELECT "wakingCursor" FROM "OutboxControl" WHERE "wakingSince" IS NOT NULL FOR UPDATE SKIP LOCKED`
    if (!control) return { count: 0, more: false }
    // Few, it thinks, lie beyond the cursor, and sorts them all in each step; the index has them in their order.
    await tx.$executeRaw`SET LOCAL enable_bitmapscan = off`
    const rows = await tx.$queryRaw<MailCursor[]>`
      SELECT id, "createdAt" FROM "OutboundMail"
      WHERE state = 'deferred' AND ${beyond(cursorOf(control.wakingCursor ?? undefined), 'newer')}
      ${inOrder('newer')} LIMIT ${batch}`
    const count = await tx.$executeRaw`
      UPDATE "OutboundMail" SET "dueAt" = ${sqlNow()}
      WHERE id IN (
        SELECT id FROM "OutboundMail"
        -- As text: so that each mail is looked up by its id, and not all that wait by their state.
        WHERE id = ANY (${rows.map(({ id }) => id)}::uuid[]) AND state::text = 'deferred' AND "dueAt" > ${sqlNow()}
          AND cause IS NOT NULL AND cause <> ALL (${inTheirOwnTime}::text[])
        FOR UPDATE SKIP LOCKED)`
    const last = rows.at(-1)
    const more = rows.length === batch
    await tx.$executeRaw`
      UPDATE "OutboxControl" SET "wakingCursor" = ${more && last ? cursorText(last) : null},
        "wakingSince" = ${more ? Prisma.sql`"wakingSince"` : null}
      WHERE id = 1`
    if (count > 0) await wakeWorkers(tx)
    return { count, more }
  })
