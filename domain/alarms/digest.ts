// A rule that collects: its alarms lie in one digest until that is due, and then go in one mail to each recipient.
import type { AlarmEvent } from '@/generated/prisma/client'
import { db, sqlNow, type Tx, transaction } from '@/lib/db'
import { type Collected, type Content, writeDigest } from './contents'
import type { EventKind } from './intake'
import { factsOf } from './matching'
import { placesOf, settingOf } from './places'
import { Postbox } from './postbox'
import type { Recipient } from './recipients'
import { type Rule, ruleOf } from './rules'
import { holdTurn, type Turn } from './turn'

export type ForDigest = {
  rule: Rule
  event: Pick<AlarmEvent, 'id' | 'alarmId' | 'kind'>
  recipients: readonly Recipient[]
}

/** Puts events into the digests of their rules; the first of each begins one. */
export async function collect(tx: Tx, tenantId: string, all: readonly ForDigest[]): Promise<void> {
  for (const [ruleId, items] of groupedBy(all, ({ rule }) => rule.id)) {
    const minutes = items[0]?.rule.settings.digestMinutes ?? 0
    const [digest] = await tx.$queryRaw<{ id: string }[]>`
      INSERT INTO "AlarmDigest" (id, "ruleId", "tenantId", "dueAt")
      SELECT gen_random_uuid(), rule.id, ${tenantId}::uuid, ${sqlNow()} + ${minutes}::int * interval '1 minute'
      FROM "AlarmRule" rule WHERE rule.id = ${ruleId}::uuid
      ON CONFLICT ("ruleId") DO UPDATE SET "tenantId" = excluded."tenantId"
      RETURNING id`
    // The rule was deleted meanwhile.
    if (!digest) continue
    await tx.alarmDigestItem.createMany({
      data: items.map(({ event, recipients }) => ({
        digestId: digest.id,
        eventId: event.id,
        alarmId: event.alarmId,
        kind: event.kind,
        recipients: recipients as Recipient[],
      })),
    })
  }
}

/** Sends the digest of a tenant that has been due longest. @returns whether there was one */
export async function sendDigest(turn: Turn): Promise<boolean> {
  const { tenantId } = turn
  const [due] = await db().$queryRaw<{ id: string }[]>`
    SELECT id FROM "AlarmDigest" WHERE "tenantId" = ${tenantId}::uuid AND "dueAt" <= ${sqlNow()}
    ORDER BY "dueAt" LIMIT 1`
  if (!due) return false
  const digest = await db().alarmDigest.findUnique({
    where: { id: due.id },
    include: {
      rule: true,
      items: { include: { alarm: { omit: { details: true } } }, orderBy: { eventId: 'asc' } },
    },
  })
  if (!digest) return false
  const rule = ruleOf(digest.rule)
  const setting = settingOf(rule, await placesOf(tenantId))
  const shares = sharesOf(
    digest.items.map(item => ({
      recipients: item.recipients as Recipient[],
      collected: { alarm: factsOf({ ...item.alarm, details: {} }), kind: item.kind as EventKind },
    })),
  )
  const contents = new Map<string, Content>()
  for (const { items } of shares) {
    const key = keyOf(items)
    if (!contents.has(key)) contents.set(key, await writeDigest(rule, items, setting))
  }
  return transaction(async tx => {
    if (!(await holdTurn(tx, turn))) return false
    if ((await tx.alarmDigest.deleteMany({ where: { id: digest.id } })).count === 0) return false
    const postbox = new Postbox(tx, tenantId)
    for (const { recipient, items } of shares) {
      const content = contents.get(keyOf(items))
      if (!content) continue
      await postbox.send({
        rule,
        content,
        recipients: [{ ...recipient, how: 'to' }],
        alarmIds: [...new Set(items.map(({ alarm }) => alarm.id))],
        kind: 'alarm-digest',
        critical: items.some(({ alarm }) => alarm.severity === 'critical'),
        setting,
      })
    }
    await postbox.write()
    return true
  })
}

const keyOf = (items: Collected[]) => items.map(({ alarm, kind }) => `${alarm.id} ${kind}`).join()

/** Each recipient with what is for them. */
function sharesOf(all: { recipients: Recipient[]; collected: Collected }[]) {
  const shares = new Map<string, { recipient: Recipient; items: Collected[] }>()
  for (const { recipients, collected } of all)
    for (const recipient of recipients) {
      const share = shares.get(recipient.address) ?? { recipient, items: [] }
      share.items.push(collected)
      shares.set(recipient.address, share)
    }
  return [...shares.values()]
}

function groupedBy<T>(all: readonly T[], key: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of all) groups.set(key(one), [...(groups.get(key(one)) ?? []), one])
  return groups
}
