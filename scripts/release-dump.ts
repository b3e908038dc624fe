// `node scripts/run.mjs release-dump`: a small database of this version, made by its story, for the versions to come: each
// of them restores it, migrates it and looks whether the story still holds (server/upgrade.integration.test.ts).
// Run it once for each release, and commit what it writes.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { holdDatabase } from '@/lib/db'
import { dumpOf } from '@/lib/dump'
import { overPglite } from '@/lib/embedded'
import { setEnv } from '@/lib/env'
import { holdKeyring, Keyring } from '@/lib/keyring'
import { startQueue, stopQueue } from '@/lib/queue'
import { setWorkFactor, writeSealed } from '@/lib/sealed-file'
import { makeTemplate } from '@/lib/testing/template'
import { version } from '@/lib/version'
import { aboutOf } from '@/server/backup'
import { releaseKeys, releasePassphrase, releases } from '@/server/testing/releases'
import { asTold, people, tellStory } from '@/server/testing/story'

setEnv({ appKeys: releaseKeys, databaseUrl: null, appUrl: 'http://latchkey.test' })
holdKeyring(Keyring.parse(releaseKeys))
setWorkFactor(10)
const database = overPglite(await PGlite.create('memory://'))
await makeTemplate(database)
holdDatabase(database)
await startQueue(database, false)
const secrets = await tellStory()
await stopQueue(2_000)
const name = path.join(releases, version)
await database.bulk('read', async bulk => {
  const about = await aboutOf(bulk, 'pglite')
  await writeSealed(
    `${name}.age`,
    releasePassphrase,
    dumpOf(bulk, { version, about }, () => {}),
    async () => {},
  )
})
await database.close()
writeFileSync(`${name}.json`, `${JSON.stringify({ secrets, people, asTold }, null, 2)}\n`)
console.log(`${name}.age and ${name}.json: commit them.`)
process.exit()
