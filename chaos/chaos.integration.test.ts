// The scenarios of `npm run chaos` with a few mails each, side by side: what they wait for is mostly time.
import { describe, expect, it } from 'vitest'
import { createTestDatabase, databaseKind } from '@/lib/testing/database'
import { alarms } from './alarms'
import { clockSkew } from './clock-skew'
import { embeddedSigkill } from './embedded-sigkill'
import { outage } from './outage'
import { postgresRestarts } from './postgres-restarts'
import type { Scenario } from './reckoning'
import { sigkillWorkers } from './sigkill-workers'
import { silentDot } from './silent-dot'
import { slowDot } from './slow-dot'
import { smtpFaults } from './smtp-faults'
import { standby } from './standby'

const scenarios =
  databaseKind() === 'postgres'
    ? { sigkillWorkers, smtpFaults, slowDot, silentDot, standby, postgresRestarts, outage, clockSkew, alarms }
    : { embeddedSigkill }

describe.concurrent('the outbox keeps its promises', () => {
  it.each(Object.entries(scenarios))('%s', { timeout: 300_000 }, async (_name, play) => {
    const { broken, lost } = await playSmall(play)
    expect({ broken, lost }).toEqual({ broken: [], lost: 0 })
  })
})

/** Whoever restarts the server or is embedded has one of their own. */
const ofTheirOwn: Scenario[] = [postgresRestarts, alarms, embeddedSigkill]

/** On a copy of the template, which saves time. */
async function playSmall(play: Scenario) {
  if (ofTheirOwn.includes(play)) return play({ small: true })
  const { database, url, drop } = await createTestDatabase()
  await database.close()
  try {
    return await play({ small: true, url })
  } finally {
    await drop()
  }
}
