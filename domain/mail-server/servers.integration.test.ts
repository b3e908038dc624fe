import { describe, expect, it } from 'vitest'
import { viewer } from '@/domain/testing/viewers'
import { db, transaction } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { mailServerHistory } from './history'
import { deleteMailServer, listMailServers, moveMailServer, setMailServerEnabled } from './servers'
import { type MailServerSettings, noSecrets } from './settings'
import { settingsFor } from './testing/settings'
import {
  activeVersion,
  createCandidate,
  type MailServerInput,
  readMailServer,
  recordTest,
  saveMailServer,
} from './versions'

useTestDatabase()
const root = viewer()
const input = (name: string, more: Partial<MailServerInput> = {}): MailServerInput => ({
  name,
  settings: settingsFor({ host: `${name.toLowerCase()}.example.org`, port: 25 }),
  secrets: noSecrets,
  baseVersionId: null,
  ...more,
})
const save = (one: MailServerInput, allow = { untested: true }) =>
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
    expect(await inOrder()).toEqual(['One disabled', 'Two primary'])
    expect((await activeVersion())?.name).toBe('Two')
    await enable(one.mailServerId, true)
    expect((await activeVersion())?.name).toBe('One')
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
