import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { withApp } from '@/domain/accounts/testing/codes'
import { administrator, person, signedIn, userOf } from '@/domain/accounts/testing/people'
import { sealEvents } from '@/domain/audit/sealing'
import { db, transaction } from '@/lib/db'
import { setEnv } from '@/lib/env'
import { testKeys, useTestDatabase } from '@/lib/testing/database'
import { answerCommands, askRunning } from './command-socket'
import { runCommand } from './commands'
import { examine } from './doctor'

useTestDatabase()

function folder() {
  const made = mkdtempSync(path.join(tmpdir(), 'latchkey-door-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

describe('a command', () => {
  it('makes an administrator, who can then be given a link or be unlocked', async () => {
    expect(await runCommand('create-admin', ['Rita@example.org', 'three quiet words'])).toMatchObject({
      failed: false,
    })
    expect(await db().user.count({ where: { emailKey: 'rita@example.org', state: 'active' } })).toBe(1)
    const { lines } = await runCommand('reset-link', ['rita@example.org'])
    expect(lines[0]).toMatch(/\/reset-password\/[\w-]{43}$/)
    expect(await runCommand('unlock', ['rita@example.org'])).toMatchObject({ failed: false })
  })

  it('prints the link to the set-up while there is no administrator, and the same one again', async () => {
    const { lines, failed } = await runCommand('setup-link', [])
    expect(failed).toBe(false)
    expect(lines[0]).toMatch(/\/setup\/[\w-]{43}$/)
    expect(await runCommand('setup-link', [])).toEqual({ lines, failed: false, data: { link: lines[0] } })
    await runCommand('create-admin', ['rita@example.org', 'three quiet words'])
    expect(await runCommand('setup-link', [])).toMatchObject({ failed: true })
  })

  it('lists the accounts that one looks for, and gives one of them another address', async () => {
    await runCommand('create-admin', ['rita@example.org', 'three quiet words'])
    const ben = await person({
      email: 'ben@example.org',
      state: 'pending',
      firstName: 'Ben',
    })
    expect((await runCommand('list', [])).data).toMatchObject({ accounts: [{ email: 'rita@example.org' }] })
    expect((await runCommand('list', ['ben', 'EXAMPLE'])).lines).toEqual([
      expect.stringMatching(/^ben@example\.org {2}Ben .*pending.*never signed in$/),
    ])
    expect((await runCommand('list', ['nobody'])).lines).toEqual(['There are none.'])

    const rita = await userOf('rita@example.org')
    await signedIn(rita)
    expect(await runCommand('set-email', ['rita@example.org', 'rita@example.net'])).toMatchObject({
      failed: false,
    })
    expect(await userOf('rita@example.net')).toMatchObject({ id: rita.id })
    expect(await db().session.count({ where: { userId: rita.id, revokedAt: null } })).toBe(0)
    expect(await db().outboundMail.findMany({ where: { userId: rita.id } })).toMatchObject([
      { kind: 'email-changed', recipient: 'rita@example.org' },
    ])
    expect(
      await db().auditEvent.count({ where: { action: 'user.address-corrected', subjectId: rita.id } }),
    ).toBe(1)
    const refused = async (...args: string[]) => (await runCommand('set-email', args)).lines
    expect(await refused('rita@example.net', 'ben@example.org')).toEqual([
      'There is an account with this email address already.',
    ])
    expect(await refused('rita@example.net', 'nobody')).toEqual([
      'Enter an email address such as anna@example.org.',
    ])

    await runCommand('set-email', ['ben@example.org', 'ben@example.net'])
    expect(await db().outboundMail.findMany({ where: { userId: ben.id, kind: 'activation' } })).toMatchObject(
      [{ recipient: 'ben@example.net' }],
    )
  })

  it('takes the second factor off an account, of whatever rank, and says it when there is none', async () => {
    const rita = await administrator()
    await withApp(rita)
    expect(await runCommand('disable-factor', [rita.email])).toEqual({
      lines: [`${rita.email} signs in with the password alone until a new second factor is set up.`],
      failed: false,
    })
    expect(await db().factor.count()).toBe(0)
    expect(await runCommand('disable-factor', [rita.email])).toEqual({
      lines: ['There is no second factor.'],
      failed: true,
    })
  })

  it('says in words what is wrong with what was typed', async () => {
    expect(await runCommand('reset-link', ['nobody'])).toEqual({
      lines: ['Enter an email address such as anna@example.org.'],
      failed: true,
    })
    expect(await runCommand('create-admin', ['a@example.org', 'short'])).toEqual({
      lines: ['Use at least 8 characters.'],
      failed: true,
    })
    expect(await runCommand('reset-link', ['nobody@example.org'])).toMatchObject({ failed: true })
    expect(await db().user.count()).toBe(0)
  })
})

describe('the check of the audit', () => {
  it('says in words that it is as it was written, or where it is not, and takes a seal noted before', async () => {
    await runCommand('create-admin', ['rita@example.org', 'three quiet words'])
    await sealEvents(() => true)
    const fine = await runCommand('verify-audit', [''])
    expect(fine).toMatchObject({ failed: false, data: { sound: true, seals: 1, events: 1, breaks: [] } })
    expect(fine.lines.at(-1)).toBe('The audit is as it was written.')
    const { last } = fine.data as { last: string }
    expect(await runCommand('verify-audit', [last])).toMatchObject({ failed: false })
    const another = `1:${'0'.repeat(64)}`
    expect(await runCommand('verify-audit', [another])).toMatchObject({ failed: true })
    expect(await runCommand('verify-audit', ['the last one'])).toMatchObject({ failed: true })
    await transaction(async tx => {
      await tx.$executeRaw`SET LOCAL session_replication_role = replica`
      await tx.auditEvent.updateMany({ data: { actor: 'somebody else' } })
    })
    const { failed, lines, data } = await runCommand('verify-audit', [''])
    expect({ failed, data }).toMatchObject({ failed: true, data: { sound: false } })
    expect(lines.join('\n')).toMatch(/^Seal 1 \(.*\): events were changed\.$/m)
  })
})

describe('doctor', () => {
  const looked = async () => {
    setEnv({ appKeys: testKeys })
    onTestFinished(() => setEnv({ appKeys: null }))
    const { failed, data } = await runCommand('doctor', [])
    const { findings } = data as { findings: { name: string; ok: boolean; says: string; fix?: string }[] }
    return { failed, found: new Map(findings.map(finding => [finding.name, finding])) }
  }

  it('says of each thing that it is fine, or what to do', async () => {
    const { failed, found } = await looked()
    expect(failed).toBe(true)
    expect([...found.keys()]).toEqual([
      ...['configuration', 'database', 'migrations', 'keys', 'clock'],
      ...['dns', 'app-url', 'proxy', 'disk', 'workers', 'mail-servers'],
    ])
    for (const name of ['database', 'migrations', 'clock', 'disk'])
      expect(found.get(name)).toMatchObject({ ok: true })
    // No web server and no worker runs in a test, and no mail server is connected.
    expect(found.get('app-url')).toMatchObject({
      ok: false,
      says: expect.stringContaining('does not answer'),
    })
    expect(found.get('workers')).toMatchObject({ ok: false, fix: expect.stringContaining('worker') })
    expect(found.get('mail-servers')).toMatchObject({ ok: false })
  })

  it('finds a migration that is missing, and one of a newer version', async () => {
    await db().$executeRaw`
      UPDATE _prisma_migrations SET migration_name = '29991231000000_later'
      WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations)`
    expect((await looked()).found.get('migrations')).toMatchObject({
      ok: false,
      says: expect.stringContaining('29991231000000_later'),
    })
    await db().$executeRaw`DELETE FROM _prisma_migrations WHERE migration_name = '29991231000000_later'`
    const { found } = await looked()
    expect(found.get('migrations')).toMatchObject({ ok: false, says: expect.stringMatching(/^1 /) })
    // What would stand on it is not looked at.
    expect(found.has('workers')).toBe(false)
  })

  it('finds keys that are not those of the database', async () => {
    await db().keyringKey.create({ data: { id: 'lost', checkValue: 'none', createdAt: new Date() } })
    expect((await looked()).found.get('keys')).toMatchObject({
      ok: false,
      says: expect.stringContaining('"lost"'),
    })
  })

  it('is told where the database cannot be opened at all', async () => {
    const { failed, data } = await examine(() => Promise.reject(new Error('nobody listens')))
    const { findings } = data as { findings: object[] }
    expect(failed).toBe(true)
    expect(findings).toContainEqual({ name: 'database', ok: false, says: 'nobody listens' })
  })
})

describe('the door into a running Latchkey', () => {
  it('does a command there, for nobody but the owner of the folder', async () => {
    const dataDir = folder()
    expect(await askRunning(dataDir, ['check'])).toBeNull()
    const close = await answerCommands(dataDir, runCommand)
    expect(statSync(path.join(dataDir, 'admin.sock')).mode & 0o077).toBe(0)
    expect(await askRunning(dataDir, ['check'])).toMatchObject({ failed: true })
    close()
    expect(await askRunning(dataDir, ['check'])).toBeNull()
  })

  it('opens again where one that was killed has left its socket', async () => {
    const dataDir = folder()
    await answerCommands(dataDir, runCommand)
    const close = await answerCommands(dataDir, async () => ({ lines: ['the second'], failed: false }))
    expect(await askRunning(dataDir, ['check'])).toMatchObject({ lines: ['the second'] })
    close()
  })

  it('tells whoever asks when a command breaks off', async () => {
    const dataDir = folder()
    const close = await answerCommands(dataDir, () => Promise.reject(new Error('a bug')))
    await expect(askRunning(dataDir, ['check'])).rejects.toThrow('broke the command off')
    close()
  })
})
