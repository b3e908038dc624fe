import { randomBytes } from 'node:crypto'
import { createTransport } from 'nodemailer'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { activate, activationLink } from '@/domain/accounts/activation'
import { withApp } from '@/domain/accounts/testing/codes'
import { administrator, origin, person } from '@/domain/accounts/testing/people'
import { openAppKey } from '@/domain/accounts/totp'
import { addUser } from '@/domain/accounts/users'
import { createDkimKeys } from '@/domain/deliverability/dkim'
import { place as dkimPlace } from '@/domain/deliverability/signing'
import { listInbox, readInboxMail, startInbox } from '@/domain/inbox/inbox'
import { liveToken, tokenOf } from '@/domain/links/link-token'
import { inTurn } from '@/domain/mail-server/refresh-token'
import { connectMailServer } from '@/domain/mail-server/testing/settings'
import { findVersion } from '@/domain/mail-server/versions'
import { queueMail } from '@/domain/outbox/outbound-mail'
import type { Viewer } from '@/domain/viewer'
import { inMinutes, setClockAhead } from '@/lib/clock'
import { db, transaction } from '@/lib/db'
import { holdKeyring, Keyring, keyring } from '@/lib/keyring'
import { reseal } from '@/lib/sealed-column'
import { databaseKind, dump, testKeys, useTestDatabase } from '@/lib/testing/database'
import { until } from '@/lib/testing/until'
import { acceptKeyring } from './known-keys'
import { rotateKeys, sealedColumns } from './rotation'

useTestDatabase()
const actor = { id: null, email: 'operator', address: null }
const newKey = `k2:${randomBytes(32).toString('base64')}`
const minute = 60_000
const known = async () => (await db().keyringKey.findMany({ orderBy: { id: 'asc' } })).map(({ id }) => id)

/** As a node does that is started with these keys. */
async function startWith(list: string) {
  const keys = Keyring.parse(list)
  await acceptKeyring(db(), keys)
  holdKeyring(keys)
}
/** A new key has come in front, long enough ago for everything before it to have ended. */
async function bringInNewKey() {
  await startWith(`${newKey},${testKeys}`)
  setClockAhead(2 * minute)
}

let root: Viewer
beforeEach(async () => {
  await startWith(testKeys)
  root = await administrator()
})
afterEach(() => holdKeyring(Keyring.parse(testKeys)))

const server = { host: '127.0.0.1', port: 1 }
const connectWithPassword = () =>
  connectMailServer(
    root,
    server,
    {
      ...{ authentication: 'password', encryption: 'implicit-tls', username: 'anna' },
      proxy: { type: 'http', host: '127.0.0.1', port: 2, username: 'proxy' },
    },
    { password: 'of the server', proxyPassword: 'of the proxy' },
  )
const connectWithToken = () =>
  connectMailServer(
    root,
    server,
    {
      ...{ authentication: 'oauth2', encryption: 'implicit-tls', username: 'anna' },
      oauth: {
        ...{ grant: 'refresh-token', authorizationUrl: null, clientId: 'latchkey', scopes: 'mail' },
        tokenUrl: 'https://accounts.example.org/token',
      },
    },
    { clientSecret: 'of the client', refreshToken: 'to be refreshed' },
  )

/** A mail as somebody else sends it, over SMTP. */
async function fillInbox(mails = 1) {
  const inbox = await startInbox(0)
  const client = createTransport({ host: '127.0.0.1', port: inbox.port, ignoreTLS: true, pool: true })
  try {
    for (let sent = 0; sent < mails; sent++)
      await client.sendMail({ from: 'a@example.org', to: 'b@example.org', subject: 'Kept', text: 'sealed' })
  } finally {
    client.close()
    await inbox.stop()
  }
}

describe('the columns that are sealed again', () => {
  it('are all that the database has', async () => {
    const columns = await db().$queryRaw<{ name: string }[]>`
      SELECT table_name || '.' || column_name AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name LIKE 'sealed%'`
    expect(columns.map(({ name }) => name).sort()).toEqual(
      sealedColumns.map(({ table, column }) => `${table}.${column}`).sort(),
    )
  })

  it('are sealed for their own names', () => {
    for (const { table, column, place } of sealedColumns) expect(place('1')).toBe(`${table}.${column}:1`)
  })
})

describe('after a rotation', () => {
  it('the new key alone opens everything, and no text of the old one is left in a dump', async () => {
    const first = await connectWithPassword()
    const second = await connectWithToken()
    await createDkimKeys(root, 'example.org')
    await fillInbox()
    const { key } = await withApp(root)
    expect(await dump()).toMatch(/"k1:/)
    await bringInNewKey()
    const { resealed, free, needed } = await rotateKeys(actor)
    expect({ resealed, free, needed }).toEqual({ resealed: 4 + 2 + 1 + 1, free: ['k1'], needed: [] })
    expect(await known()).toEqual(['k2'])
    expect(await dump()).not.toMatch(/"k1:/)

    await startWith(newKey)
    expect((await findVersion(first.versionId))?.secrets).toMatchObject({
      password: 'of the server',
      proxyPassword: 'of the proxy',
    })
    expect((await findVersion(second.versionId))?.secrets).toMatchObject({
      clientSecret: 'of the client',
      refreshToken: 'to be refreshed',
    })
    for (const app of await db().factor.findMany()) expect(openAppKey(app)).toBe(key)
    for (const { id, sealedPrivateKey } of await db().dkimKey.findMany())
      expect(keyring().open(sealedPrivateKey, dkimPlace(id))).toContain('PRIVATE KEY')
    const [mail] = (await listInbox(root, {})).mails
    expect((await readInboxMail(root, mail!.id)).source).toContain('sealed')
  })

  it('another one finds nothing to do, and does no harm', async () => {
    await connectWithPassword()
    await bringInNewKey()
    await rotateKeys(actor)
    const before = await db().mailServerVersion.findMany()
    expect(await rotateKeys(actor)).toMatchObject({ resealed: 0, free: ['k1'], needed: [] })
    expect(await db().mailServerVersion.findMany()).toEqual(before)
  })

  it('the audit tells of it', async () => {
    await connectWithPassword()
    await bringInNewKey()
    await rotateKeys(actor)
    const event = await db().auditEvent.findFirstOrThrow({ where: { action: 'keyring.rotated' } })
    expect(event).toMatchObject({
      actor: 'operator',
      after: { newest: 'k2', resealed: 2, forgotten: ['k1'] },
    })
  })

  it('a node that starts with the old key behind the new one does not need it again', async () => {
    await bringInNewKey()
    await rotateKeys(actor)
    await startWith(`${newKey},${testKeys}`)
    expect(await known()).toEqual(['k2'])
    await startWith(newKey)
    await expect(startWith(testKeys)).rejects.toThrow(/^The key "k2", .* is missing/)
  })
})

describe('an old key is kept', () => {
  const anna = {
    ...{ email: 'anna@example.org', firstName: 'Anna', lastName: '', locale: 'en', sendActivation: false },
    ...{ role: 'system_administrator' as const, tenantId: null, customerId: null },
  }
  const tokenFor = async (userId: string) => {
    const live = await liveToken(db(), 'activation', userId)
    return { live: live!, token: tokenOf(live!) }
  }

  it('while a link made with it lives; the link works until then, and those of the new key do', async () => {
    await addUser(root, anna)
    const { id } = await db().user.findUniqueOrThrow({ where: { emailKey: 'anna@example.org' } })
    await activationLink(root, id)
    const { live, token } = await tokenFor(id)
    await bringInNewKey()
    expect(await rotateKeys(actor)).toMatchObject({
      free: [],
      needed: [{ id: 'k1', until: live.expiresAt }],
    })
    expect(await known()).toEqual(['k1', 'k2'])
    await expect(startWith(newKey)).rejects.toThrow(/^The key "k1", .* is missing/)

    const other = await person({ email: 'ben@example.org', state: 'pending', role: 'system_administrator' })
    await activationLink(root, other.id)
    const made = await tokenFor(other.id)
    expect(made.live.keyId).toBe('k2')
    expect(await activate(token, 'the first of Anna', origin)).toMatchObject({ token: expect.any(String) })
    expect(await activate(made.token, 'the first of Ben', origin)).toMatchObject({
      token: expect.any(String),
    })
    expect(await rotateKeys(actor)).toMatchObject({ free: ['k1'], needed: [] })
  })

  it('until the last of its links has expired', async () => {
    await addUser(root, anna)
    const { id } = await db().user.findUniqueOrThrow({ where: { emailKey: 'anna@example.org' } })
    await activationLink(root, id)
    const { live } = await tokenFor(id)
    await bringInNewKey()
    setClockAhead(live.expiresAt.getTime() - Date.now() - minute)
    expect(await rotateKeys(actor)).toMatchObject({ free: [] })
    setClockAhead(live.expiresAt.getTime() - Date.now() + minute)
    expect(await rotateKeys(actor)).toMatchObject({ free: ['k1'], needed: [] })
  })

  it('while a mail waits whose link is derived with it', async () => {
    const expiresAt = inMinutes(60)
    const mailId = await transaction(tx =>
      queueMail(tx, {
        kind: 'password-reset',
        parameters: { name: 'Anna', expiresAt: expiresAt.toISOString() },
        ...{ recipient: 'anna@example.org', locale: 'en', expiresAt, requestedBy: root },
        link: { tokenId: root.id, keyId: 'k1', path: 'reset-password' },
      }),
    )
    await bringInNewKey()
    expect(await rotateKeys(actor)).toMatchObject({ needed: [{ id: 'k1', until: expiresAt }] })
    await db().outboundMail.update({ where: { id: mailId }, data: { state: 'sent' } })
    expect(await rotateKeys(actor)).toMatchObject({ free: ['k1'] })
  })

  it('for a minute after the new one came, for what was begun before', async () => {
    await startWith(`${newKey},${testKeys}`)
    const { createdAt } = await db().keyringKey.findUniqueOrThrow({ where: { id: 'k2' } })
    const settled = new Date(createdAt.getTime() + minute)
    expect(await rotateKeys(actor)).toMatchObject({ free: [], needed: [{ id: 'k1', until: settled }] })
    setClockAhead(minute + 1_000)
    expect(await rotateKeys(actor)).toMatchObject({ free: ['k1'], needed: [] })
  })

  it('not for sessions, but it is told when the last one ends that it may have signed', async () => {
    const { expiresAt } = await db().session.findFirstOrThrow()
    await bringInNewKey()
    expect(await rotateKeys(actor)).toMatchObject({ free: ['k1'], sessionsUntil: expiresAt })
    setClockAhead(8 * 24 * 60 * minute)
    expect(await rotateKeys(actor)).toMatchObject({ free: ['k1'], sessionsUntil: null })
  })
})

describe('sealing again', () => {
  it('goes on where it was broken off', async () => {
    await connectWithPassword()
    await fillInbox()
    await bringInNewKey()
    await reseal(sealedColumns[0]!)
    expect(await rotateKeys(actor)).toMatchObject({ resealed: 2, free: ['k1'] })
  })

  it('goes through more rows than one batch', async () => {
    await fillInbox(120)
    await bringInNewKey()
    expect(await rotateKeys(actor)).toMatchObject({ resealed: 120, free: ['k1'] })
  })

  it('refuses while a key is missing, and forgets nothing', async () => {
    await connectWithPassword()
    await startWith(`${newKey},${testKeys}`)
    holdKeyring(Keyring.parse(newKey))
    await expect(rotateKeys(actor)).rejects.toThrow(/"k1"/)
    expect(await known()).toEqual(['k1', 'k2'])
    holdKeyring(Keyring.parse(`${newKey},k1:${randomBytes(32).toString('base64')}`))
    await expect(rotateKeys(actor)).rejects.toThrow(/cannot be opened/)
    expect(await known()).toEqual(['k1', 'k2'])
  })

  // Embedded there is one session: nobody can write between a look and a write, or hold a row.
  const onPostgres = it.runIf(databaseKind() === 'postgres')
  onPostgres('never overwrites what another process has written meanwhile', async () => {
    const { versionId } = await connectWithToken()
    await bringInNewKey()
    let rotation: Promise<unknown> | undefined
    await transaction(async tx => {
      await tx.$queryRaw`SELECT id FROM "MailServerVersion" FOR UPDATE`
      rotation = rotateKeys(actor)
      await until(async () => {
        const [locks] = await db().$queryRaw<{ waiting: boolean }[]>`
          SELECT count(*) > 0 AS waiting FROM pg_locks WHERE NOT granted`
        return locks?.waiting || undefined
      })
      const place = `MailServerVersion.sealedClientSecret:${versionId}`
      await tx.mailServerVersion.update({
        where: { id: versionId },
        data: { sealedClientSecret: Keyring.parse(testKeys).seal('a newer one', place) },
      })
    })
    await rotation
    const version = await findVersion(versionId)
    const bought = { accessToken: 'one', refreshToken: 'the next', validFor: null, status: 200 }
    await inTurn(version!)(async () => bought)
    await startWith(newKey)
    expect((await findVersion(versionId))?.secrets).toMatchObject({
      clientSecret: 'a newer one',
      refreshToken: 'the next',
    })
  })
})
