import { describe, expect, it } from 'vitest'
import { type MailServerSettings, noSecrets } from '@/domain/smtp/settings'
import { viewer } from '@/domain/testing/viewers'
import { db, transaction } from '@/lib/db'
import { KeyringError } from '@/lib/keyring'
import { dump, useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { createCandidate, type MailServerInput } from './candidate'
import { saveMailServer } from './saving'
import { activeVersion, settingsFor } from './testing/settings'
import { findVersion, readMailServer } from './versions'

useTestDatabase()
const root = viewer()
const secrets = { ...noSecrets, password: 'Str0ng-Secret!', proxyPassword: 'Pr0xy-Secret!' }
const base: MailServerSettings = settingsFor(
  { host: 'smtp.example.org', port: 587 },
  {
    encryption: 'starttls',
    authentication: 'password',
    username: 'anna',
    proxy: { type: 'http', host: 'proxy.example.org', port: 3128, username: 'paul' },
  },
)
const input = (
  changes: Partial<MailServerSettings> = {},
  more: Partial<MailServerInput> = {},
): MailServerInput => ({
  name: 'Primary',
  settings: { ...base, ...changes },
  secrets: noSecrets,
  baseVersionId: null,
  ...more,
})
const save = (one: MailServerInput) => transaction(tx => saveMailServer(tx, root, one, { untested: true }))
const candidate = (one: MailServerInput) => transaction(tx => createCandidate(tx, root, one))

describe('a secret of a mail server', () => {
  it('is sealed in its row, and shown to nobody', async () => {
    const shown = [await save(input({}, { secrets })), await readMailServer(root)]
    const everything = (await dump()) + JSON.stringify(shown)
    for (const secret of [secrets.password, secrets.proxyPassword])
      for (const form of [
        secret,
        Buffer.from(secret).toString('base64'),
        Buffer.from(secret).toString('hex'),
      ])
        expect(everything).not.toContain(form)
    expect(shown[1]).toMatchObject({ stored: ['password', 'proxyPassword'] })
    expect((await activeVersion())?.secrets).toEqual(secrets)
  })

  it('does not open when somebody with the database moves it to another row or column', async () => {
    const { versionId } = await save(input({}, { secrets }))
    const row = await db().mailServerVersion.findUniqueOrThrow({ where: { id: versionId } })
    await db().mailServerVersion.update({
      where: { id: versionId },
      data: { sealedPassword: row.sealedProxyPassword },
    })
    await expect(findVersion(versionId)).rejects.toThrow(KeyringError)
    const thief = await candidate(
      input({ authentication: 'none', username: null, proxy: null, host: 'evil.test' }),
    ).catch(() => null)
    if (thief) {
      await db().mailServerVersion.update({
        where: { id: thief.id },
        data: { sealedPassword: row.sealedPassword },
      })
      await expect(findVersion(thief.id)).rejects.toThrow(KeyringError)
    }
  })

  it.each<[string, Partial<MailServerSettings>, string]>([
    ['the host', { host: 'evil.example.net' }, 'password-needed-again'],
    ['the port', { port: 2525 }, 'password-needed-again'],
    ['the encryption', { encryption: 'none' }, 'password-needed-again'],
    ['the encryption to TLS from the start', { encryption: 'implicit-tls' }, 'password-needed-again'],
    ['the username', { username: 'eve' }, 'password-needed-again'],
    [
      "the proxy's host",
      { proxy: { type: 'http', host: 'evil.test', port: 3128, username: 'paul' } },
      'password-needed-again',
    ],
    [
      "the proxy's port",
      { proxy: { type: 'http', host: 'proxy.example.org', port: 1, username: 'paul' } },
      'password-needed-again',
    ],
    [
      "the proxy's username",
      { proxy: { type: 'http', host: 'proxy.example.org', port: 3128, username: 'eve' } },
      'password-needed-again',
    ],
    ['the sender', { mailFrom: 'other@example.org' }, 'done'],
    ['the reply address', { replyTo: 'other@example.org' }, 'done'],
    ['the time limit', { timeoutSeconds: 30 }, 'done'],
    ['the oldest TLS', { minTlsVersion: 'TLSv1.3' }, 'done'],
    ['the name it introduces itself by', { ehloName: 'mail.example.org' }, 'done'],
    ['the provider', { provider: 'sendgrid' }, 'done'],
  ])('that is stored, with %s changed: %s', async (_what, changes, answer) => {
    const { versionId } = await save(input({}, { secrets }))
    for (const baseVersionId of [null, versionId]) {
      const changed = input(changes, { baseVersionId })
      expect(await refusalOf(candidate(changed))).toBe(answer)
      expect(await refusalOf(save(changed))).toBe(answer)
    }
    const active = await activeVersion()
    expect(active?.secrets).toEqual(secrets)
    if (answer !== 'done') expect(active?.settings.host).toBe('smtp.example.org')
    expect(await refusalOf(save(input(changes, { secrets })))).toBe('done')
  })

  it('is needed the first time', async () => {
    expect(await refusalOf(save(input()))).toBe('password-needed')
  })

  it('goes away when the server no longer asks for one', async () => {
    await save(input({}, { secrets }))
    expect(await save(input({ authentication: 'none', username: null }))).toMatchObject({
      stored: ['proxyPassword'],
    })
  })
})

describe('a version', () => {
  it('that was tested is saved with the password typed for the test, and the one before it retires', async () => {
    const first = await save(input({}, { secrets }))
    const tested = await candidate(
      input({ host: 'smtp2.example.org' }, { secrets: { ...secrets, password: 'N3w-Secret!' } }),
    )
    expect((await activeVersion())?.id).toBe(first.versionId)
    const saved = await save(input({ host: 'smtp2.example.org' }, { baseVersionId: tested.id }))
    expect(saved.versionId).toBe(tested.id)
    expect(await activeVersion()).toMatchObject({ id: tested.id, secrets: { password: 'N3w-Secret!' } })
    const states = await db().mailServerVersion.findMany({
      orderBy: { number: 'asc' },
      select: { state: true, number: true },
    })
    expect(states).toEqual([
      { state: 'retired', number: 1 },
      { state: 'active', number: 2 },
    ])
  })

  it('that is tested twice is the same candidate', async () => {
    const one = await candidate(input({}, { secrets }))
    const two = await candidate(input({}, { baseVersionId: one.id }))
    expect(two.id).toBe(one.id)
  })

  it('is active alone, also when two save at the same instant', async () => {
    await save(input({}, { secrets }))
    await Promise.all(['a', 'b', 'c'].map(name => save(input({}, { name }))))
    expect(await db().mailServerVersion.count({ where: { state: 'active' } })).toBe(1)
    expect(await db().mailServer.count()).toBe(1)
  })

  it('is the only one of the only server, also when two save the first at the same instant', async () => {
    await Promise.all(['a', 'b', 'c'].map(name => save(input({}, { name, secrets }))))
    expect(await db().mailServerVersion.count({ where: { state: 'active' } })).toBe(1)
    expect(await db().mailServer.count()).toBe(1)
  })

  it('leaves a trace in the audit that says what changed, and of a secret only that it did', async () => {
    await save(input({}, { secrets }))
    await save(input({ host: 'smtp2.example.org' }, { secrets }))
    await save(input({ host: 'smtp2.example.org' }, { secrets: { ...secrets, password: 'other' } }))
    const events = await db().auditEvent.findMany({ orderBy: { id: 'asc' } })
    expect(events.map(({ action }) => action)).toEqual([
      'mail-server.created',
      'mail-server.changed',
      'mail-server.changed',
    ])
    expect(events[1]).toMatchObject({
      before: { host: 'smtp.example.org' },
      after: { host: 'smtp2.example.org' },
    })
    expect(events[2]).toMatchObject({ after: { password: 'changed' } })
  })
})
