// Whose mail servers somebody works with: nobody sees, uses or changes those of another.
import { describe, expect, it } from 'vitest'
import { checkMailServers } from '@/domain/deliverability/deliverability'
import {
  activateDkim,
  createDkimKeys,
  deactivateDkim,
  deleteDkimKeys,
  readDkimKeys,
} from '@/domain/deliverability/dkim'
import {
  enableMailServer,
  goLive,
  restoreVersion,
  resumeMailServer,
  tryMailServerNow,
} from '@/domain/outbox/go-live'
import { cancelTest } from '@/domain/outbox/test-cancel'
import { readTest, sendTestMail, testsOf } from '@/domain/outbox/test-mail'
import { noSecrets } from '@/domain/smtp/settings'
import { viewer } from '@/domain/testing/viewers'
import type { Viewer } from '@/domain/viewer'
import { db, transaction } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { beginConnection } from './account-connection'
import { keepCandidate } from './candidate'
import { mailServerHistory } from './history'
import { serversInUse } from './in-use'
import { mayStandBy } from './saving'
import { mostServersOfTenant, scopeOf } from './scope'
import {
  deleteMailServer,
  listMailServers,
  moveMailServer,
  setMailServerEnabled,
  setMailServerPaused,
  setServerLimits,
} from './servers'
import { mayChooseServers, readTenantSender, setTenantSender } from './tenant-policy'
import { connectMailServer, settingsFor } from './testing/settings'
import { setPolicy, tenantWith } from './testing/tenant'
import { readMailServer } from './versions'

useTestDatabase()
const root = viewer()
const place = { host: 'smtp.example.org', port: 587 }
const limits = { maxConnections: 1, maxPerSecond: null, maxPerMinute: null, maxPerDay: null }
const inputOf = (baseVersionId: string | null) => ({
  name: 'Changed',
  settings: settingsFor(place),
  secrets: noSecrets,
  baseVersionId,
})

type Theirs = { id: string; versionId: string; testId: string; domain: string }

/** Each deed at a server of somebody else's, and what is left of it. */
const deeds: [string, (viewer: Viewer, theirs: Theirs) => Promise<unknown>, unknown][] = [
  ['read', (v, { id }) => readMailServer(v, { mailServerId: id }), 'mail-server-gone'],
  ['read a version', (v, { versionId }) => readMailServer(v, { versionId }), 'mail-server-gone'],
  ['read the history', (v, { id }) => mailServerHistory(v, id), []],
  ['keep a candidate', (v, { versionId }) => keepCandidate(v, inputOf(versionId)), 'mail-server-gone'],
  ['save', (v, { versionId }) => goLive(v, inputOf(versionId), { untested: true }), 'mail-server-gone'],
  ['restore', (v, { versionId }) => restoreVersion(v, versionId), 'mail-server-gone'],
  ['test', (v, { versionId }) => sendTestMail(v, inputOf(versionId), 'a@example.org'), 'mail-server-gone'],
  ['watch a test', (v, { testId }) => readTest(v, testId), null],
  ['cancel a test', (v, { testId }) => cancelTest(v, testId), false],
  ['list tests', (v, { versionId }) => testsOf(v, [versionId]), []],
  ['move', (v, { id }) => transaction(tx => moveMailServer(tx, v, id, 'up')), 'mail-server-gone'],
  [
    'switch off',
    (v, { id }) => transaction(tx => setMailServerEnabled(tx, v, id, false)),
    'mail-server-gone',
  ],
  ['switch on', (v, { id }) => enableMailServer(v, id), 'mail-server-gone'],
  ['pause', (v, { id }) => transaction(tx => setMailServerPaused(tx, v, id, true)), 'mail-server-gone'],
  ['resume', (v, { id }) => resumeMailServer(v, id), 'mail-server-gone'],
  ['try now', (v, { id }) => tryMailServerNow(v, id), 'mail-server-gone'],
  ['limit', (v, { id }) => setServerLimits(v, id, limits), 'mail-server-gone'],
  ['delete', (v, { id }) => transaction(tx => deleteMailServer(tx, v, id)), 'mail-server-gone'],
  [
    'connect an account',
    (v, { versionId }) =>
      beginConnection(v, {
        ...inputOf(versionId),
        settings: settingsFor(place, {
          authentication: 'oauth2',
          username: 'a@example.org',
          oauth: {
            grant: 'refresh-token',
            clientId: 'c',
            authorizationUrl: 'https://login.example.org/authorize',
            tokenUrl: 'https://login.example.org/token',
            scopes: '',
          },
        }),
      }),
    'mail-server-gone',
  ],
  ['read keys', (v, { domain }) => readDkimKeys(v, domain), []],
  ['sign', (v, { domain }) => activateDkim(v, domain), 'dkim-no-keys'],
  ['sign no more', (v, { domain }) => deactivateDkim(v, domain), 'dkim-no-keys'],
  ['delete keys', (v, { domain }) => deleteDkimKeys(v, domain), 'dkim-no-keys'],
]

/** A server of somebody's, with a test under way and keys. */
async function serverOf(owner: Viewer): Promise<Theirs> {
  const { mailServerId, versionId } = await connectMailServer(owner, place)
  const { id: testId } = await sendTestMail(owner, inputOf(versionId), 'a@example.org')
  await createDkimKeys(owner, 'example.org')
  return { id: mailServerId, versionId, testId, domain: 'example.org' }
}

const everything = async () => ({
  servers: await db().mailServer.findMany({ orderBy: { id: 'asc' } }),
  versions: await db().mailServerVersion.findMany({ orderBy: { id: 'asc' } }),
  keys: await db().dkimKey.findMany({ orderBy: { id: 'asc' } }),
  mails: await db().outboundMail.findMany({ orderBy: { id: 'asc' } }),
})

const answerOf = async (deed: Promise<unknown>) => {
  let value: unknown
  const code = await refusalOf(
    deed.then(result => {
      value = result
    }),
  )
  return code === 'done' ? value : code
}

describe("a server of another's", () => {
  it('is found by nobody, whatever they do', async () => {
    const [one, two] = [await tenantWith(), await tenantWith()]
    const owners = { installation: root, one: one.admin, two: two.admin }
    const servers = Object.fromEntries(
      await Promise.all(Object.entries(owners).map(async ([who, owner]) => [who, await serverOf(owner)])),
    ) as Record<keyof typeof owners, Theirs>
    const before = await everything()
    for (const [who, asking] of Object.entries(owners))
      for (const [whose, theirs] of Object.entries(servers))
        for (const [what, run, expected] of who === whose ? [] : deeds) {
          // Keys go by the name of their domain, which each of them has some for.
          if (/keys|^sign/.test(what)) continue
          expect([who, whose, what, await answerOf(run(asking, theirs))]).toEqual([
            who,
            whose,
            what,
            expected,
          ])
        }
    expect(await everything()).toEqual(before)
    for (const [who, owner] of Object.entries(owners))
      expect((await listMailServers(owner)).map(({ id }) => id)).toEqual([servers[who as 'one'].id])
  })

  it('keeps its keys to itself', async () => {
    const { admin } = await tenantWith()
    await createDkimKeys(root, 'example.org')
    const theirs = { id: '', versionId: '', testId: '', domain: 'example.org' }
    for (const [what, run, expected] of deeds.filter(([what]) => /keys|^sign/.test(what)))
      expect([what, await answerOf(run(admin, theirs))]).toEqual([what, expected])
    // Both may have some of their own.
    expect(await createDkimKeys(admin, 'example.org')).toHaveLength(2)
    await deleteDkimKeys(admin, 'example.org')
    expect(await readDkimKeys(root, 'example.org')).toHaveLength(2)
  })

  it('never lends its secret to a form of another', async () => {
    const { admin } = await tenantWith()
    const login = { authentication: 'password' as const, username: 'anna', encryption: 'starttls' as const }
    const saved = await connectMailServer(root, place, login, { password: 'secret' })
    const input = { ...inputOf(saved.versionId), settings: settingsFor(place, login) }
    expect(await refusalOf(keepCandidate(admin, input))).toBe('mail-server-gone')
    expect(await refusalOf(keepCandidate(admin, { ...input, baseVersionId: null }))).toBe('password-needed')
  })
})

describe("a tenant's server", () => {
  it('is none of the installation, which goes on as it was', async () => {
    const { id, admin } = await tenantWith()
    await connectMailServer(admin, place)
    expect(await serversInUse()).toEqual([])
    expect(
      await checkMailServers(root, { resolver: { resolve: async () => [], cancel() {} } as never }),
    ).toEqual([])
    const [listed] = await listMailServers(admin)
    expect(listed).toMatchObject({ role: 'primary', enabled: true })
    expect(await mayStandBy(root, null, null)).toBe(false)
    expect(await mayStandBy(admin, null, null)).toBe(true)
    // As an older node reads it
    expect(await db().mailServer.findFirst({ where: { tenantId: id } })).toMatchObject({ enabled: false })
    await expect(
      db().mailServer.updateMany({ where: { tenantId: id }, data: { enabled: true } }),
    ).rejects.toThrow()
  })

  it('is ordered, switched off and on among those of its tenant', async () => {
    const { admin } = await tenantWith()
    await connectMailServer(root, place)
    const first = await connectMailServer(admin, place)
    const second = await connectMailServer(admin, { ...place, port: 465 }, {}, {}, true)
    await transaction(tx => moveMailServer(tx, admin, second.mailServerId, 'up'))
    expect((await listMailServers(admin)).map(({ id, role }) => [id, role])).toEqual([
      [second.mailServerId, 'primary'],
      [first.mailServerId, 'standby'],
    ])
    await transaction(tx => setMailServerEnabled(tx, admin, second.mailServerId, false))
    expect((await listMailServers(admin)).map(({ role }) => role)).toEqual(['primary', 'disabled'])
    await enableMailServer(admin, second.mailServerId)
    expect((await listMailServers(admin)).map(({ role }) => role)).toEqual(['primary', 'standby'])
    expect((await listMailServers(root)).map(({ role }) => role)).toEqual(['primary'])
  })

  it('tells the audit of its tenant what was done', async () => {
    const { id, admin } = await tenantWith()
    const { mailServerId } = await connectMailServer(admin, place)
    await transaction(tx => setMailServerPaused(tx, admin, mailServerId, true))
    await setServerLimits(admin, mailServerId, limits)
    await sendTestMail(admin, inputOf(null), 'a@example.org')
    await createDkimKeys(admin, 'example.org')
    await transaction(tx => deleteMailServer(tx, admin, mailServerId))
    const events = await db().auditEvent.findMany({ where: { action: { startsWith: 'mail-server.' } } })
    expect(events.map(({ tenantId }) => tenantId)).toEqual(events.map(() => id))
    expect(await db().auditEvent.count({ where: { action: 'dkim.created', tenantId: id } })).toBe(1)
  })

  it('is one of a few', async () => {
    const { admin } = await tenantWith()
    for (let port = 1; port <= mostServersOfTenant; port++)
      await connectMailServer(admin, { ...place, port }, {}, {}, true)
    expect(await refusalOf(connectMailServer(admin, place, {}, {}, true))).toBe('mail-servers-enough')
    expect(await refusalOf(connectMailServer(root, place, {}, {}, true))).toBe('done')
  })

  it('is tested so often in an hour, and no more', async () => {
    const { admin } = await tenantWith()
    const test = (v: Viewer) => refusalOf(sendTestMail(v, inputOf(null), 'a@example.org'))
    for (let count = 0; count < 30; count++) expect(await test(admin)).toBe('done')
    expect(await test(admin)).toBe('too-many-tests')
    expect(await test((await tenantWith()).admin)).toBe('done')
    expect(await test(root)).toBe('done')
  })
})

describe('the system administrator says', () => {
  it('whether a tenant may have servers', async () => {
    const { id, admin } = await tenantWith({ servers: 'system' })
    expect(await refusalOf(scopeOf(admin))).toBe('not-allowed')
    expect(await refusalOf(listMailServers(admin))).toBe('not-allowed')
    await setPolicy(id, { servers: 'own-required' })
    expect(await listMailServers(admin)).toEqual([])
    await connectMailServer(admin, place)
    await setPolicy(id, {})
    expect(await refusalOf(readMailServer(admin))).toBe('not-allowed')
  })

  it('whether it is left to a tenant by whose servers the mails of a rule go', async () => {
    const { id, admin } = await tenantWith({ servers: 'system' })
    expect(await mayChooseServers(admin, id)).toBe(false)
    await setPolicy(id, { servers: 'own-allowed' })
    expect(await mayChooseServers(admin, id)).toBe(true)
    await setPolicy(id, { servers: 'own-required' })
    expect(await mayChooseServers(root, id)).toBe(false)
  })

  it('nobody who is a customer user may, whatever the policy', async () => {
    const { id } = await tenantWith()
    const user = viewer({ role: 'customer_user', tenantId: id })
    expect(await refusalOf(scopeOf(user))).toBe('not-allowed')
    expect(await refusalOf(readTenantSender(user))).toBe('not-allowed')
  })

  it('in which domains a tenant chooses its sender', async () => {
    const { id, admin } = await tenantWith({ senderDomains: ['acme.example', 'Bücher.example'] })
    expect(await readTenantSender(admin)).toEqual({
      domains: ['acme.example', 'xn--bcher-kva.example'],
      mailFrom: '',
    })
    const choose = (mailFrom: string) => refusalOf(setTenantSender(admin, mailFrom))
    expect(await choose('Acme <no-reply@acme.example>')).toBe('done')
    expect(await choose('no-reply@bücher.example')).toBe('done')
    expect(await choose('no-reply@sub.acme.example')).toBe('sender-domain-not-allowed')
    expect(await choose('"a@acme.example" <b@evil.example>')).toBe('sender-domain-not-allowed')
    expect(await choose('nonsense')).toBe('sender-invalid')
    await choose('Acme <no-reply@acme.example>')
    // A domain that is taken back takes the sender along.
    await setPolicy(id, { senderDomains: ['other.example'] })
    expect(await readTenantSender(admin)).toMatchObject({ mailFrom: '' })
    await setPolicy(id, {})
    expect(await readTenantSender(admin)).toBeNull()
    expect(await choose('')).toBe('not-allowed')
  })
})
