// Databases of released versions, see scripts/release-dump.ts. Nothing in them is anybody's, so their keys may be known.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

export const releases = path.join('server', 'testing', 'releases')
export const releasePassphrase = 'nothing in here is secret'
export const releaseKeys = `k1:${Buffer.alloc(32, 'release').toString('base64')}`

/** The versions whose database is kept. */
export const keptVersions = () =>
  readdirSync(releases).flatMap(name => (name.endsWith('.age') ? [name.slice(0, -4)] : []))

/** The backup of a version's database. */
export const databaseOf = (version: string) => path.join(releases, `${version}.age`)

/** What its people know of it, and what holds of it. */
export const storyOf = (version: string) =>
  JSON.parse(readFileSync(path.join(releases, `${version}.json`), 'utf8'))

/** The project of playwright.config.ts that tells the story on it. */
export const projectAfter = (version: string) => `after ${version}`
