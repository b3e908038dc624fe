// What it costs to take alarms, and what the rules of a tenant cost.
import { createHash, randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { alarmNumber } from './alarm-number'
import type { AlarmsResult } from './alarms-part'
import { keyIn } from './api'
import { median, print } from './figure'
import { newInstallation, startLatchkey, startPart } from './stage'
import { together } from './together'

const each = 100
const atATime = 8
const rounds = 5
const millisecondsPerRound = 2_000

/**
 * Baselines, both of the same run: the rows that a call leaves, written by `pg` alone into the same tables; and JSONata
 * alone, with the same filters over the same alarms.
 */
export async function measureAlarms(): Promise<void> {
  await measureIntake()
  await measureRules()
}

async function measureIntake(): Promise<void> {
  const installation = await newInstallation('postgres')
  const database = installation.DATABASE_URL ?? ''
  // What is measured is that they are taken; what the rules make of them is the next figure.
  const server = await startLatchkey({ ...installation, WORKER: 'off' })
  const { key } = await keyIn(database, ['alarms:write'])
  const pool = new pg.Pool({ connectionString: database, max: atATime })
  const tenants = await tenantsIn(pool)
  let turn = 0
  const batch = () => {
    turn += 1
    return {
      tenantId: tenants[turn % tenants.length] ?? '',
      alarms: Array.from({ length: each }, (_, index) => alarmNumber(turn * each + index)),
    }
  }
  const ours = async () => {
    const { tenantId, alarms } = batch()
    const response = await fetch(`${server.url}/api/v1/alarms?tenantId=${tenantId}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(alarms),
    })
    const { accepted } = (await response.json()) as { accepted?: number }
    if (response.status !== 202 || accepted !== each)
      throw new Error(`${accepted} of ${each} alarms were taken, with ${response.status}.`)
  }
  const theirs = async () => {
    const { tenantId, alarms } = batch()
    await writeRows(pool, tenantId, alarms)
  }
  for (const warm of [ours, theirs]) await together(atATime, 2_000, warm)
  const values: number[] = []
  const baselines: number[] = []
  for (let round = 0; round < rounds; round++) {
    values.push(each * (await together(atATime, millisecondsPerRound, ours)))
    baselines.push(each * (await together(atATime, millisecondsPerRound, theirs)))
  }
  print({
    figure: 'alarms.intake.postgres',
    value: median(values),
    baseline: median(baselines),
    unit: 'alarms/s',
    more: { each },
  })
  await pool.end()
  await server.stop()
}

async function measureRules(): Promise<void> {
  const part = startPart(
    fileURLToPath(new URL('./alarms-part.ts', import.meta.url)),
    await newInstallation('postgres'),
  )
  const { rules, alarms, mails, filter, whole, alone } = await part.ask<AlarmsResult>({ alarms: 1_000 })
  const more = { rules, alarms }
  print({ figure: 'alarms.rule.filter', value: filter, baseline: alone, unit: 'ms', more })
  print({
    figure: 'alarms.rule.whole.postgres',
    value: whole,
    baseline: alone,
    unit: 'ms',
    more: { ...more, mails },
  })
  await part.stop()
}

/** As many as there are clients: what comes in for one tenant is taken one call after the other. */
async function tenantsIn(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `INSERT INTO "Tenant" (id, name, "nameKey")
     SELECT gen_random_uuid(), 'Bench ' || n, 'bench ' || n FROM generate_series(1, $1::int) n RETURNING id`,
    [atATime],
  )
  return rows.map(({ id }) => id)
}

/** The rows of a call, in one transaction. */
async function writeRows(pool: pg.Pool, tenantId: string, alarms: ReturnType<typeof alarmNumber>[]) {
  const rows = alarms.map(alarm => ({
    ...alarm,
    id: randomUUID(),
    eventId: randomUUID(),
    key: createHash('sha256')
      .update(`${alarm.originator} ${alarm.type} ${alarm.startedAt}`)
      .digest('base64url'),
  }))
  const json = JSON.stringify(rows)
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await client.query(insertAlarms, [tenantId, json])
    await client.query(insertEvents, [tenantId, json])
    await client.query('COMMIT')
  } finally {
    client.release()
  }
}

const insertAlarms = `
  INSERT INTO "Alarm" (id, "tenantId", key, source, originator, type, severity, status, details, "startedAt",
    repeats, "createdAt", "updatedAt")
  SELECT a.id, $1::uuid, a.key, 'bench', a.originator, a.type, a.severity, 'active', a.details, a."startedAt", 0, now(), now()
  FROM json_to_recordset($2::json) AS a(id uuid, key text, originator text, type text, severity text, details jsonb,
    "startedAt" timestamptz)`

const insertEvents = `
  INSERT INTO "AlarmEvent" (id, "alarmId", "tenantId", kind, at)
  SELECT e."eventId", e.id, $1::uuid, 'raised', now()
  FROM json_to_recordset($2::json) AS e("eventId" uuid, id uuid)`
