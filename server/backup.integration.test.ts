import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { person } from '@/domain/accounts/testing/people'
import { acceptKeyring } from '@/domain/keys/known-keys'
import { db, openPostgres } from '@/lib/db'
import { openEmbedded } from '@/lib/embedded'
import { setEnv } from '@/lib/env'
import { holdKeyring, Keyring } from '@/lib/keyring'
import { migrate } from '@/lib/migrations'
import { filling, refuseUnfinished } from '@/lib/restoring'
import { setWorkFactor, writeSealed } from '@/lib/sealed-file'
import { createTestDatabase, databaseKind, dump, testKeys } from '@/lib/testing/database'
import { answerCommands } from './command-socket'
import { runCommand } from './commands'
import { inside } from './testing/inside'
import { createInstallation, type Installation } from './testing/installation'
import { asTold, type Secrets, storyHolds, tellStory } from './testing/story'

const passphrase = 'four quiet words here'
const onPostgres = databaseKind() === 'postgres'

/** Has the commands find an installation, or what is to become one. */
const use = (
  { settings: { DATABASE_URL, DATA_DIR = '' } }: Pick<Installation, 'settings'>,
  appKeys: string | null = testKeys,
) => setEnv({ databaseUrl: DATABASE_URL || null, dataDir: DATA_DIR, appKeys })

function newFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-backup-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Where an installation can come to be. */
async function emptyTarget() {
  const folder = newFolder()
  let url = ''
  if (onPostgres) {
    const made = await createTestDatabase({ empty: true })
    onTestFinished(made.drop)
    await made.database.close()
    url = made.url
  }
  return { folder, settings: { DATABASE_URL: url, DATA_DIR: folder } }
}

/** Works on the database of a target. */
async function insideTarget<T>(
  { settings, folder }: Awaited<ReturnType<typeof emptyTarget>>,
  work: () => Promise<T>,
) {
  holdKeyring(Keyring.parse(testKeys))
  return inside(
    settings.DATABASE_URL ? openPostgres(settings.DATABASE_URL) : await openEmbedded(folder),
    work,
  )
}

let told:
  | Promise<{
      secrets: Secrets
      before: string
      schema: string
      file: string
      contents: Buffer
      lines: string[]
    }>
  | undefined

/** An installation with a story, and its backup; made once, since the passphrase takes a second each time. */
const backedUp = () => {
  told ??= (async () => {
    const source = await createInstallation()
    const secrets = await source.inside(tellStory)
    const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-backup-'))
    const file = path.join(folder, 'backup.age')
    use(source)
    const { lines, failed } = await runCommand('backup', [file, passphrase])
    if (failed) throw new Error(lines.join())
    const before = await source.inside(dump)
    const schema = await source.inside(schemaOf)
    const made = {
      secrets,
      before,
      schema,
      file,
      contents: readFileSync(file),
      lines,
      mode: statSync(file).mode & 0o777,
      names: readdirSync(folder),
    }
    expect(made).toMatchObject({ mode: 0o600, names: ['backup.age'] })
    rmSync(folder, { recursive: true, force: true })
    return made
  })()
  return told
}

/** The backup as a file, changed as it is said. */
async function backupFile(change: (contents: Buffer) => Buffer = contents => contents) {
  const file = path.join(newFolder(), 'backup.age')
  writeFileSync(file, change((await backedUp()).contents))
  return file
}

/** Everything that the tables are, and not what is in them. */
async function schemaOf(): Promise<string> {
  const rows = await db().$queryRaw<{ line: string }[]>`
    SELECT 'index ' || indexdef AS line FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || convalidated || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'trigger ' || tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'column ' || table_name || ' ' || column_name || ' ' || data_type || ' ' || coalesce(column_default, '') FROM information_schema.columns WHERE table_schema = 'public'
    ORDER BY 1`
  return rows.map(({ line }) => line).join('\n')
}

/** As a restore leaves it that was killed in the middle. */
async function leaveUnfinished({ settings, folder }: Awaited<ReturnType<typeof emptyTarget>>) {
  if (!settings.DATABASE_URL)
    return void mkdirSync(path.join(folder, 'restoring', 'pglite'), { recursive: true })
  const database = openPostgres(settings.DATABASE_URL)
  await database.prisma.$executeRaw`CREATE SCHEMA latchkey_unfinished`
  await database.prisma.$executeRaw`CREATE TABLE "User" (id int)`
  await database.prisma.$executeRaw`CREATE TYPE "Role" AS ENUM ('half')`
  await database.close()
}

/** Of a dump, the rows of a table. */
const rowsOf = (text: string, table: string) =>
  text.split('-- ').find(part => part.startsWith(`public."${table}"\n`)) ?? ''

setWorkFactor(10)
afterEach(() => setEnv({ databaseUrl: null, dataDir: '.data', appKeys: null }))

describe('a backup', () => {
  it('comes back whole, with people, links, secrets and the audit as they were', async () => {
    const { secrets, before, schema, lines } = await backedUp()
    expect(lines.join('\n')).toMatch(/rows of \d+ tables in .* read back and found whole/)
    expect(lines.join('\n')).toContain('APP_KEYS is not in it: keep the key "k1" in another place.')
    const target = await emptyTarget()
    await leaveUnfinished(target)
    use(target)
    const { lines: said, failed } = await runCommand('restore', [await backupFile(), passphrase])
    expect(said).toEqual([
      expect.stringMatching(/^Restored as of 20.*: \d+ rows of \d+ tables/),
      expect.stringMatching(/^Everybody signs in again: \d+ sessions ended\.$/),
      '2 mails waited then. Whether they have gone since nobody knows: the outbox asks.',
    ])
    expect(failed).toBe(false)
    await insideTarget(target, async () => {
      const after = await dump()
      for (const table of [
        'User',
        'Credential',
        'LinkToken',
        'MailServerVersion',
        'DkimKey',
        'AuditSeal',
        'KeyringKey',
        'Webhook',
        'DeliveryAttempt',
        'OutboxControl',
        'Tally',
      ])
        expect(rowsOf(after, table)).toBe(rowsOf(before, table))
      expect(await schemaOf()).toBe(schema)
      expect(await db().session.count({ where: { revokedAt: null } })).toBe(0)
      expect(
        await db().outboundMail.findMany({ where: { kind: 'activation', recipient: 'pending@acme.test' } }),
      ).toMatchObject([{ state: 'uncertain', cause: 'outcome-uncertain' }])
      expect(await storyHolds(secrets)).toEqual(asTold)
      expect(await db().auditEvent.count({ where: { action: 'installation.restored' } })).toBe(1)
    })
    expect(readdirSync(target.folder)).toEqual(onPostgres ? [] : ['pglite'])
    // And what is there now stays.
    const again = await runCommand('restore', [await backupFile(), passphrase])
    expect(again).toMatchObject({ failed: true })
    expect(again.lines[0]).toMatch(
      onPostgres ? /^The database is not empty: / : /^There is a database in .* already: /,
    )
  })

  it.each<[string, (contents: Buffer) => Buffer, string, RegExp]>([
    [
      'another passphrase',
      contents => contents,
      'four other words here',
      /^The passphrase is not the one of this backup\.$/,
    ],
    [
      'the end cut off',
      contents => contents.subarray(0, -1000),
      passphrase,
      /is damaged or cut off: take another backup/,
    ],
    ['another file', () => Buffer.from('something else'), passphrase, /is not a backup of Latchkey\.$/],
  ])('is refused with %s, and the target is as it was', async (_what, change, typed, sentence) => {
    const target = await emptyTarget()
    use(target)
    const { lines, failed } = await runCommand('restore', [await backupFile(change), typed])
    expect(failed).toBe(true)
    expect(lines).toEqual([expect.stringMatching(sentence)])
    await isEmpty(target)
  })

  it('of a newer version is refused, by its form and by its migrations', async () => {
    const target = await emptyTarget()
    use(target)
    const file = path.join(newFolder(), 'newer.age')
    for (const newer of [{ format: 2 }, { migrations: ['20990101000000_later'] }]) {
      const head = {
        latchkey: 'dump',
        format: 1,
        version: '9.0.0',
        migrations: [],
        about: { known: [] },
        ...newer,
      }
      await writeSealed(file, passphrase, lines(head), async () => {})
      expect((await runCommand('restore', [file, passphrase])).lines).toEqual([
        expect.stringMatching(
          /newer version of Latchkey \(9\.0\.0.*\): install that version, or a newer one\./,
        ),
      ])
    }
    await isEmpty(target)
  })

  it('is refused where the keys are others, or there are none', async () => {
    const target = await emptyTarget()
    const file = await backupFile()
    use(target, Keyring.generate().replace(/^\w+/, 'k1'))
    expect((await runCommand('restore', [file, passphrase])).lines).toEqual([
      'The key "k1" is not the one this database was used with: put the right one into APP_KEYS. Nothing was changed.',
    ])
    if (!onPostgres) {
      use(target, null)
      expect((await runCommand('restore', [file, passphrase])).lines).toEqual([
        'The keys that this backup was made with are not in it: set APP_KEYS to the list with "k1". Nothing was changed.',
      ])
    }
    await isEmpty(target)
  })

  it('is not written with a short passphrase, over another file, or into no folder', async () => {
    const source = await createInstallation()
    use(source)
    const folder = newFolder()
    const other = path.join(folder, 'letter.txt')
    writeFileSync(other, 'Dear Anna')
    const said = async (...args: string[]) => (await runCommand('backup', args)).lines
    expect(await said(path.join(folder, 'x'), 'short')).toEqual([
      expect.stringMatching(/^The passphrase has at least 12/),
    ])
    await source.inside(async () => holdKeyring(Keyring.parse(testKeys)))
    expect(await said(other, passphrase)).toEqual([
      expect.stringMatching(/is there already, and is not a backup/),
    ])
    expect(await said(path.join(folder, 'no', 'x'), passphrase)).toEqual([
      expect.stringMatching(/cannot be written: there is no such file or folder\.$/),
    ])
    expect(readFileSync(other, 'utf8')).toBe('Dear Anna')
    expect(readdirSync(folder)).toEqual(['letter.txt'])
  })

  it('leaves a database that was not filled to the end unstarted, and clears it for the next one', async () => {
    const { database, drop } = await createTestDatabase()
    onTestFinished(async () => {
      await database.close()
      await drop()
    })
    const tables = () =>
      database.prisma.$queryRaw`SELECT 1 FROM pg_tables WHERE schemaname IN ('public', 'pgboss')`
    await database.prisma.$executeRaw`CREATE SCHEMA latchkey_unfinished`
    await expect(refuseUnfinished(database)).rejects.toThrow(/did not come to its end: run it again/)
    await expect(
      filling(database, async () => {
        expect(await tables()).toEqual([])
        await migrate(database)
        throw new Error('gone')
      }),
    ).rejects.toThrow('gone')
    expect(await tables()).toEqual([])
    await refuseUnfinished(database)
  })
})

describe.runIf(!onPostgres)('a backup of a running embedded Latchkey', () => {
  it('holds the generated keys, is made beside it, and needs nothing but its passphrase', async () => {
    const source = await createInstallation()
    await source.inside(() => person({ email: 'anna@example.org' }))
    writeFileSync(path.join(source.folder, 'keys'), testKeys)
    use(source, null)
    const file = path.join(newFolder(), 'backup.age')
    await source.inside(async () => {
      await acceptKeyring(db(), Keyring.parse(testKeys))
      const close = await answerCommands(source.folder, runCommand)
      const { lines, failed, data } = await runCommand('backup', [file, passphrase])
      close()
      expect({ lines, failed }).toMatchObject({ failed: false })
      expect(lines.join()).toContain('The keys of this installation are in it')
      expect(data).toMatchObject({ keys: 'included', held: expect.any(Number) })
      expect(await db().auditEvent.count({ where: { action: 'installation.backed-up' } })).toBe(1)
    })
    expect(readdirSync(source.folder).sort()).toEqual(['keys', 'pglite'])
    const target = await emptyTarget()
    writeFileSync(path.join(target.folder, 'keys'), Keyring.generate())
    use(target, null)
    expect((await runCommand('restore', [file, passphrase])).lines).toEqual([
      expect.stringMatching(
        /^The keys in .* are not those of this backup, which brings its own: move the file "keys" away/,
      ),
    ])
    rmSync(path.join(target.folder, 'keys'))
    expect(await runCommand('restore', [file, passphrase])).toMatchObject({
      lines: expect.anything(),
      failed: false,
    })
    expect(readFileSync(path.join(target.folder, 'keys'), 'utf8')).toBe(testKeys)
    await insideTarget(target, async () => expect(await db().user.count()).toBe(1))
  })
})

async function* lines(...values: object[]) {
  for (const value of values) yield Buffer.from(`${JSON.stringify(value)}\n`)
}

async function isEmpty({ settings, folder }: Awaited<ReturnType<typeof emptyTarget>>) {
  expect(readdirSync(folder)).toEqual([])
  if (!settings.DATABASE_URL) return
  const database = openPostgres(settings.DATABASE_URL)
  const tables = await database.prisma.$queryRaw`
    SELECT tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`
  await database.close()
  expect(tables).toEqual([])
}
