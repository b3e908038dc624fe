import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Cause } from '@/domain/smtp/causes'
import { type MailServerSettings, noSecrets } from '@/domain/smtp/settings'
import { viewer } from '@/domain/testing/viewers'
import { db, transaction } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { closedBreaker, openBreaker } from './breaker'
import { createCandidate, type MailServerInput } from './candidate'
import { mailServerHistory } from './history'
import { type SaveOptions, saveMailServer } from './saving'
import { readServerTrouble } from './server-trouble'
import {
  closeServerBreaker,
  deleteMailServer,
  listMailServers,
  moveMailServer,
  setMailServerEnabled,
  setMailServerPaused,
  setServerLimits,
} from './servers'
import { activeVersion, settingsFor } from './testing/settings'
import { readMailServer, recordTest } from './versions'

useTestDatabase()
const root = viewer()
const input = (name: string, more: Partial<MailServerInput> = {}): MailServerInput => ({
  name,
  settings: settingsFor({ host: `${name.toLowerCase()}.example.org`, port: 25 }),
  secrets: noSecrets,
  baseVersionId: null,
  ...more,
})
const save = (one: MailServerInput, allow: SaveOptions = { untested: true }) =>
  transaction(tx => saveMailServer(tx, root, one, allow))
const another = (name: string) => save(input(name, { newServer: true }))
const inOrder = async () => (await listMailServers(root)).map(({ name, role }) => `${name} ${role}`)
const act = (change: typeof deleteMailServer, id: string) => transaction(tx => change(tx, root, id))
const move = (id: string, to: 'up' | 'down') => transaction(tx => moveMailServer(tx, root, id, to))
const enable = (id: string, on: boolean) => transaction(tx => setMailServerEnabled(tx, root, id, on))

describe('several mail servers', () => {
  it('stand in the order in which they were added; the first is the primary', async () => {
    await another('One')
    await another('Two')
    await another('Three')
    expect(await inOrder()).toEqual(['One primary', 'Two standby', 'Three standby'])
    expect((await activeVersion())?.name).toBe('One')
  })

  it('can be moved, and the next mail goes through the new primary', async () => {
    const one = await another('One')
    const two = await another('Two')
    await move(two.mailServerId, 'up')
    expect(await inOrder()).toEqual(['Two primary', 'One standby'])
    expect((await activeVersion())?.name).toBe('Two')
    await move(two.mailServerId, 'up')
    await move(one.mailServerId, 'down')
    expect(await inOrder()).toEqual(['Two primary', 'One standby'])
  })

  it('can be switched off and on: a disabled one sends nothing', async () => {
    const one = await another('One')
    await another('Two')
    await enable(one.mailServerId, false)
    expect(await inOrder()).toEqual(['Two primary', 'One disabled'])
    expect((await activeVersion())?.name).toBe('Two')
    await enable(one.mailServerId, true)
    expect((await activeVersion())?.name).toBe('One')
  })

  it('move past those that are switched off, and past what was only tested', async () => {
    await another('One')
    const two = await another('Two')
    await transaction(tx => createCandidate(tx, root, input('Draft', { newServer: true })))
    const three = await another('Three')
    await enable(two.mailServerId, false)
    await move(three.mailServerId, 'up')
    expect(await inOrder()).toEqual(['Three primary', 'Draft unsaved', 'One standby', 'Two disabled'])
    await move(two.mailServerId, 'up')
    expect((await activeVersion())?.name).toBe('Three')
  })

  it('can be deleted, with their secrets', async () => {
    const one = await another('One')
    await another('Two')
    await act(deleteMailServer, one.mailServerId)
    expect(await inOrder()).toEqual(['Two primary'])
    expect(await db().mailServerVersion.count({ where: { mailServerId: one.mailServerId } })).toBe(0)
    expect(await refusalOf(act(deleteMailServer, one.mailServerId))).toBe('mail-server-gone')
  })

  it('keep one that was only tested, so that nothing typed is lost', async () => {
    await another('One')
    await transaction(tx => createCandidate(tx, root, input('Two', { newServer: true })))
    expect(await inOrder()).toEqual(['One primary', 'Two unsaved'])
    const [, two] = await listMailServers(root)
    expect(await readMailServer(root, { mailServerId: two?.id })).toMatchObject({ state: 'candidate' })
  })

  it('leave a trace of every change in the audit', async () => {
    const one = await another('One')
    const two = await another('Two')
    await move(two.mailServerId, 'up')
    await enable(one.mailServerId, false)
    await act(deleteMailServer, one.mailServerId)
    const events = await db().auditEvent.findMany({ orderBy: { id: 'asc' } })
    expect(events.map(({ action }) => action)).toEqual([
      'mail-server.created',
      'mail-server.created',
      'mail-server.moved',
      'mail-server.disabled',
      'mail-server.deleted',
    ])
  })
})

describe('saving', () => {
  const saveProven = (one: MailServerInput) => refusalOf(save(one, { untested: false }))
  const changed = (baseVersionId: string, changes: Partial<MailServerSettings>) => ({
    ...input('One', { baseVersionId }),
    settings: { ...input('One').settings, ...changes },
  })

  it('asks before it takes what no test has proven, and changes nothing', async () => {
    expect(await saveProven(input('One'))).toBe('save-untested')
    expect(await listMailServers(root)).toEqual([])
  })

  it('asks again after a test that failed, and no longer after one that went well', async () => {
    const candidate = await transaction(tx => createCandidate(tx, root, input('One')))
    const tested = input('One', { baseVersionId: candidate.id })
    await transaction(tx => recordTest(tx, candidate.id, 'failed', 'connection-refused'))
    expect(await saveProven(tested)).toBe('save-failed')
    await transaction(tx => recordTest(tx, candidate.id, 'accepted', null))
    expect(await saveProven(tested)).toBe('done')
  })

  const asked = (one: MailServerInput) => refusalOf(save(one, { untested: true, as: 'ask' }))

  it('asks what a server is to be, unless all mail goes through it anyway', async () => {
    expect(await asked(input('One', { newServer: true }))).toBe('done')
    const [one] = await listMailServers(root)
    expect(await asked(input('One', { baseVersionId: one?.version.versionId ?? null }))).toBe('done')
    expect(await asked(input('Two', { newServer: true }))).toBe('save-place')
    expect(await inOrder()).toEqual(['One primary'])
    const two = await save(input('Two', { newServer: true }), { untested: true, as: 'standby' })
    expect(await inOrder()).toEqual(['One primary', 'Two standby'])
    const again = input('Two', { baseVersionId: two.versionId })
    expect(await asked(again)).toBe('save-place')
    await save(again, { untested: true, as: 'primary' })
    expect(await inOrder()).toEqual(['Two primary', 'One standby'])
    expect(await asked(again)).toBe('done')
  })

  it('asks for the test first, and what is to go through a server must be tested too', async () => {
    await another('One')
    const two = input('Two', { newServer: true })
    expect(await refusalOf(save(two, { untested: false, as: 'ask' }))).toBe('save-untested')
    expect(await refusalOf(save(two, { untested: false, as: 'primary' }))).toBe('save-untested')
  })

  it('switches a server on that all mail is to go through', async () => {
    const one = await another('One')
    await another('Two')
    await enable(one.mailServerId, false)
    const again = input('One', { baseVersionId: one.versionId })
    expect(await asked(again)).toBe('save-place')
    await save(again, { untested: true, as: 'standby' })
    expect(await inOrder()).toEqual(['Two primary', 'One disabled'])
    await save(again, { untested: true, as: 'primary' })
    expect(await inOrder()).toEqual(['One primary', 'Two standby'])
  })

  it('does not ask for a change that no test could tell about', async () => {
    const { versionId } = await save(input('One'))
    expect(await saveProven({ ...changed(versionId, {}), name: 'Renamed' })).toBe('done')
    expect(await saveProven(changed(versionId, { replyTo: 'help@example.org' }))).toBe('done')
    for (const change of [
      { host: 'other.example.org' },
      { mailFrom: 'other@example.org' },
      { encryption: 'starttls' as const },
      { timeoutSeconds: 3 },
    ])
      expect(await saveProven(changed(versionId, change))).toBe('save-untested')
  })
})

describe('the history', () => {
  it('says who changed what, and of a secret only that it changed', async () => {
    const login = (password: string, baseVersionId: string | null, port: number): MailServerInput => ({
      ...input('One', { baseVersionId }),
      settings: settingsFor(
        { host: 'one.example.org', port },
        { encryption: 'starttls', authentication: 'password', username: 'anna' },
      ),
      secrets: { ...noSecrets, password },
    })
    const first = await save(login('first secret', null, 587))
    await save(login('second secret', first.versionId, 2525))
    const history = await mailServerHistory(root, first.mailServerId)
    expect(history).toMatchObject([
      {
        number: 2,
        state: 'active',
        by: root.email,
        changes: [{ field: 'port', before: '587', after: '2525' }],
        secretsChanged: ['password'],
      },
      { number: 1, state: 'retired', changes: null, secretsChanged: [] },
    ])
    expect(JSON.stringify(history)).not.toContain('secret"')
  })
})

describe('one mail server', () => {
  const listed = async (id: string) => (await listMailServers(root)).find(server => server.id === id)
  const pause = (id: string, paused: boolean) => transaction(tx => setMailServerPaused(tx, root, id, paused))
  const actions = async () =>
    (await db().auditEvent.findMany({ orderBy: { id: 'asc' } })).slice(1).map(({ action }) => action)

  it('is paused by somebody since some time, once, until it is resumed', async () => {
    const { mailServerId: id } = await another('One')
    expect(await listed(id)).toMatchObject({ state: 'sending', since: null })
    await pause(id, true)
    const { since } = (await listed(id))!
    await pause(id, true)
    expect(await listed(id)).toMatchObject({ role: 'primary', state: 'paused', since, pausedBy: root.email })
    await pause(id, false)
    expect(await listed(id)).toMatchObject({ state: 'sending', since: null, pausedBy: null })
    expect(await actions()).toEqual(['mail-server.paused', 'mail-server.resumed'])
    expect(await refusalOf(pause(randomUUID(), true))).toBe('mail-server-gone')
  })

  it('whose breaker is open says why, and gets a clean slate', async () => {
    const { mailServerId: id, versionId } = await another('One')
    const clean = () => transaction(tx => closeServerBreaker(tx, root, id))
    await clean()
    await openBreaker({ id, breakerProbes: 3 }, versionId, { cause: 'auth-rejected', reply: null })
    expect(await listed(id)).toMatchObject({
      state: 'broken',
      cause: 'auth-rejected',
      nextProbe: expect.any(Date),
    })
    await clean()
    expect(await listed(id)).toMatchObject({ state: 'sending', cause: null, nextProbe: null })
    expect(await db().mailServer.findUnique({ where: { id } })).toMatchObject({ breakerProbes: 0 })
    expect(await actions()).toEqual(['mail-server.tried'])
  })

  it('has limits of its own, which the audit knows', async () => {
    const { mailServerId: id } = await another('One')
    const before = { maxConnections: 5, maxPerSecond: null, maxPerMinute: null, maxPerDay: null }
    const after = { maxConnections: 3, maxPerSecond: null, maxPerMinute: 30, maxPerDay: 10_000 }
    expect((await listed(id))?.limits).toEqual(before)
    await setServerLimits(root, id, after)
    expect((await listed(id))?.limits).toEqual(after)
    const event = await db().auditEvent.findFirstOrThrow({ where: { action: 'mail-server.limits-changed' } })
    expect(event).toMatchObject({ subjectId: id, before, after })
  })
})

describe('trouble of servers', () => {
  const broken = ({ mailServerId, versionId }: { mailServerId: string; versionId: string }, cause: Cause) =>
    openBreaker({ id: mailServerId, breakerProbes: 0 }, versionId, { cause, reply: null })
  const tenant = viewer({ role: 'tenant_administrator', tenantId: randomUUID() })

  it('is raised while a server refuses the login, to who can mend it', async () => {
    await another('One')
    const two = await another('Two')
    expect(await readServerTrouble(root)).toBeNull()
    await broken(two, 'connection-refused')
    expect(await readServerTrouble(root)).toBeNull()
    await db().mailServer.updateMany({ data: closedBreaker })
    await broken(two, 'auth-rejected')
    expect(await readServerTrouble(root)).toMatchObject({
      what: 'login-refused',
      servers: [{ name: 'Two', state: 'broken', cause: 'auth-rejected' }],
    })
    expect(await readServerTrouble(tenant)).toBeNull()
  })

  it('is raised while no server takes mail; tenants learn no details', async () => {
    const one = await another('One')
    const two = await another('Two')
    const three = await another('Three')
    await broken(one, 'connection-refused')
    await transaction(tx => setMailServerPaused(tx, root, two.mailServerId, true))
    await enable(three.mailServerId, false)
    expect(await readServerTrouble(root)).toMatchObject({
      what: 'all-out',
      servers: [{ name: 'One' }, { name: 'Two', state: 'paused' }],
    })
    expect(await readServerTrouble(tenant)).toEqual({ what: 'all-out', servers: [] })
    await enable(three.mailServerId, true)
    expect(await readServerTrouble(root)).toBeNull()
  })
})
