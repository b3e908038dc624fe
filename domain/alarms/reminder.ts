// Reminds of alarms that are active and that nobody has acknowledged: as events, which the rules evaluate like others.
import { v7 as uuid } from 'uuid'
import { sqlNow, type Tx, transaction } from '@/lib/db'
import type { Rule } from './rules'
import { holdTurn, type Turn } from './turn'

/** After so many nobody is reminded any more. */
const mostReminders = 10

/** Begins to remind of alarms that a rule has mailed about, where it does that. */
export async function remindLater(
  tx: Tx,
  tenantId: string,
  all: readonly { rule: Rule; alarmId: string }[],
): Promise<void> {
  const rows = all.flatMap(({ rule, alarmId }) =>
    rule.settings.reminderMinutes > 0
      ? { ruleId: rule.id, alarmId, minutes: rule.settings.reminderMinutes }
      : [],
  )
  if (rows.length === 0) return
  await tx.$executeRaw`
    INSERT INTO "AlarmReminder" ("alarmId", "ruleId", "tenantId", "dueAt")
    SELECT DISTINCT r."alarmId", r."ruleId", ${tenantId}::uuid, ${sqlNow()} + r.minutes * interval '1 minute'
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r("alarmId" uuid, "ruleId" uuid, minutes int)
    WHERE EXISTS (SELECT 1 FROM "AlarmRule" rule WHERE rule.id = r."ruleId")
    ON CONFLICT ("alarmId", "ruleId") DO UPDATE SET "dueAt" = excluded."dueAt", count = 0`
}

/** Makes events of reminders that are due; those that nobody needs any more go. @returns how many events */
export const remindOf = (turn: Turn): Promise<number> =>
  transaction(async tx => {
    if (!(await holdTurn(tx, turn))) return 0
    const due = await tx.$queryRaw<{ alarmId: string; ruleId: string; goesOn: boolean; last: boolean }[]>`
      SELECT reminder."alarmId", reminder."ruleId", reminder.count + 1 >= ${mostReminders}::int AS last,
        alarm.status = 'active' AND rule.enabled AND (rule.settings->>'reminderMinutes')::int > 0 AS "goesOn"
      FROM "AlarmReminder" reminder
      JOIN "Alarm" alarm ON alarm.id = reminder."alarmId" JOIN "AlarmRule" rule ON rule.id = reminder."ruleId"
      WHERE reminder."tenantId" = ${turn.tenantId}::uuid AND reminder."dueAt" <= ${sqlNow()}
      ORDER BY reminder."dueAt" LIMIT 100 FOR UPDATE OF reminder`
    const events = due.flatMap(({ alarmId, ruleId, goesOn }) =>
      goesOn ? { id: uuid(), alarmId, ruleId } : [],
    )
    await tx.$executeRaw`
      INSERT INTO "AlarmEvent" (id, "alarmId", "tenantId", kind, "ruleId", at)
      SELECT e.id, e."alarmId", ${turn.tenantId}::uuid, 'reminder', e."ruleId", ${sqlNow()}
      FROM json_to_recordset(${JSON.stringify(events)}::json) AS e(id uuid, "alarmId" uuid, "ruleId" uuid)`
    await tx.$executeRaw`
      UPDATE "AlarmReminder" reminder SET count = count + 1,
        "dueAt" = ${sqlNow()} + (rule.settings->>'reminderMinutes')::int * interval '1 minute'
      FROM json_to_recordset(${JSON.stringify(events)}::json) AS e("alarmId" uuid, "ruleId" uuid)
      JOIN "AlarmRule" rule ON rule.id = e."ruleId"
      WHERE reminder."alarmId" = e."alarmId" AND reminder."ruleId" = e."ruleId"`
    const over = due.filter(({ goesOn, last }) => !goesOn || last)
    await tx.$executeRaw`
      DELETE FROM "AlarmReminder" reminder USING json_to_recordset(${JSON.stringify(over)}::json) AS o("alarmId" uuid, "ruleId" uuid)
      WHERE reminder."alarmId" = o."alarmId" AND reminder."ruleId" = o."ruleId"`
    return events.length
  })
