// The scenarios of `npm run chaos` with a few mails each, side by side: what they wait for is mostly time.
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestDatabase, databaseKind } from '@/lib/testing/database'
import { clockSkew } from './chaos/clock-skew'
import { embeddedSigkill } from './chaos/embedded-sigkill'
import { outage } from './chaos/outage'
import { postgresRestarts } from './chaos/postgres-restarts'
import { sigkillWorkers } from './chaos/sigkill-workers'
import { smtpFaults } from './chaos/smtp-faults'

const scenarios =
  databaseKind() === 'postgres'
    ? { sigkillWorkers, smtpFaults, postgresRestarts, outage, clockSkew }
    : { embeddedSigkill }

describe.concurrent('the outbox keeps its promises', () => {
  it.each(Object.entries(scenarios))('%s', { timeout: 300_000 }, async (name, play) => {
    const { broken, lost } = await play({ small: true, url: await databaseFor(name) })
    expect({ broken, lost }).toEqual({ broken: [], lost: 0 })
  })
})

/** Copies of the template save time; whoever restarts the server needs one of their own. */
async function databaseFor(name: string): Promise<string | undefined> {
  if (databaseKind() !== 'postgres' || name === 'postgresRestarts') return undefined
  const { database, url, drop } = await createTestDatabase()
  await database.close()
  onTestFinished(drop)
  return url
}
