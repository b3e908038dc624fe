// What is declared from outside becomes what the installation is, at each start.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mailSetupLink, setupToken } from '@/domain/accounts/setup'
import { administrator } from '@/domain/accounts/testing/people'
import { serversInUse } from '@/domain/mail-server/in-use'
import { saveMailServer } from '@/domain/mail-server/saving'
import { opened } from '@/domain/mail-server/secrets'
import {
  deleteMailServer,
  listMailServers,
  moveMailServer,
  setMailServerEnabled,
} from '@/domain/mail-server/servers'
import { changeSettings, readInstallation } from '@/domain/settings/installation'
import { noSecrets, plainSettings } from '@/domain/smtp/settings'
import { deleteCustomer, renameCustomer } from '@/domain/tenancy/customers'
import { changeTenant, deleteTenant } from '@/domain/tenancy/tenants'
import type { Viewer } from '@/domain/viewer'
import { db, type Tx, transaction } from '@/lib/db'
import { setEnv } from '@/lib/env'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { applyDeclared } from './apply'
import { readDeclared } from './config-file'
import { exportDeclaration } from './export'

useTestDatabase()

let folder: string
let root: Viewer
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'latchkey-declared-'))
  root = await administrator()
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
  setEnv({ config: null, mailServerUrl: null })
})

/** Starts with a declaration. */
async function start(yaml: string, mailServerUrl: string | null = null) {
  const config = path.join(folder, 'latchkey.yaml')
  writeFileSync(config, yaml)
  setEnv({ config, mailServerUrl })
  await applyDeclared(await readDeclared())
}

const server = (name: string, more = '') =>
  `  - { name: ${name}, host: ${name.toLowerCase()}.example.org, mailFrom: a@example.org, username: me, password: secret${more} }`
const servers = async () =>
  (await listMailServers(root)).map(({ name, role, declared }) => [name, role, declared])
const inTurn = (work: (tx: Tx) => Promise<unknown>) => refusalOf(transaction(work))

describe('declared mail servers', () => {
  it('are those of the installation, in their order, and change only where they are declared', async () => {
    await start(`mailServers:\n${server('One')}\n${server('Two')}`)
    expect(await servers()).toEqual([
      ['One', 'primary', true],
      ['Two', 'standby', true],
    ])
    const versions = await db().mailServerVersion.findMany()
    expect(versions.map(version => opened(version).password)).toEqual(['secret', 'secret'])
    await start(`mailServers:\n${server('One')}\n${server('Two')}`)
    expect(await db().mailServerVersion.count()).toBe(2)
    await start(
      `mailServers:\n${server('Two', ', port: 2525')}\n${server('One')}`,
      'smtp://zero.example.org?from=a@example.org',
    )
    expect(await servers()).toEqual([
      ['zero.example.org', 'primary', true],
      ['Two', 'standby', true],
      ['One', 'standby', true],
    ])
    expect((await serversInUse()).map(({ version }) => (version.settings as { port: number }).port)).toEqual([
      587, 2525, 587,
    ])
  })

  it('cannot be changed by hand, nor stand behind one that is', async () => {
    await start(`mailServers:\n${server('One')}\n${server('Two')}`)
    const [one, two] = await serversInUse()
    const id = one?.id ?? ''
    const settings = { ...plainSettings({ host: 'evil.example.org', port: 25 }), mailFrom: 'a@example.org' }
    const input = { name: 'One', settings, secrets: noSecrets, baseVersionId: one?.version.id ?? null }
    expect(await inTurn(tx => saveMailServer(tx, root, input, { untested: true }))).toBe('declared')
    expect(await inTurn(tx => setMailServerEnabled(tx, root, id, false))).toBe('declared')
    expect(await inTurn(tx => deleteMailServer(tx, root, id))).toBe('declared')
    expect(await inTurn(tx => moveMailServer(tx, root, two?.id ?? '', 'up'))).toBe('declared')
    const mine = { ...input, name: 'Mine', baseVersionId: null, newServer: true }
    expect(await inTurn(tx => saveMailServer(tx, root, mine, { untested: true, as: 'primary' }))).toBe(
      'declared-first',
    )
    await transaction(tx => saveMailServer(tx, root, mine, { untested: true, as: 'standby' }))
    expect(await servers()).toEqual([
      ['One', 'primary', true],
      ['Two', 'standby', true],
      ['Mine', 'standby', false],
    ])
  })

  it('are switched off once they are declared no longer, and can be changed then', async () => {
    await start(`mailServers:\n${server('One')}\n${server('Two')}`)
    await start(`mailServers:\n${server('Two')}`)
    expect(await servers()).toEqual([
      ['Two', 'primary', true],
      ['One', 'disabled', false],
    ])
    await transaction(async tx => {
      const one = await tx.mailServer.findFirstOrThrow({ where: { name: 'One' } })
      await deleteMailServer(tx, root, one.id)
    })
    await start('')
    expect(await servers()).toEqual([['Two', 'disabled', false]])
  })

  it('take over one of the same name that was made by hand', async () => {
    const settings = { ...plainSettings({ host: 'old.example.org', port: 25 }), mailFrom: 'a@example.org' }
    const input = { name: 'One', settings, secrets: noSecrets, baseVersionId: null }
    await transaction(tx => saveMailServer(tx, root, input, { untested: true }))
    await start(`mailServers:\n${server('One')}`)
    expect(await servers()).toEqual([['One', 'primary', true]])
    expect((await serversInUse())[0]?.version).toMatchObject({
      number: 2,
      settings: { host: 'one.example.org' },
    })
  })
})

describe('declared settings', () => {
  it('hold, and the others can be changed', async () => {
    await start('settings:\n  name: Example accounts\n  minimumLength: 12')
    const settings = await readInstallation()
    expect(settings).toMatchObject({ name: 'Example accounts', minimumLength: 12 })
    expect(await refusalOf(changeSettings(root, { ...settings, name: 'Mine' }))).toBe('declared')
    await changeSettings(root, { ...settings, supportAddress: 'help@example.org' })
    await start('settings:\n  minimumLength: 14')
    expect(await readInstallation()).toMatchObject({
      name: 'Example accounts',
      minimumLength: 14,
      supportAddress: 'help@example.org',
    })
    await changeSettings(root, { ...(await readInstallation()), name: 'Mine' })
  })

  it('are told in the audit, as what declares them', async () => {
    await start('settings:\n  name: Example accounts')
    await start('settings:\n  name: Example accounts')
    expect(await db().auditEvent.findMany({ where: { action: 'settings.changed' } })).toMatchObject([
      { actor: 'latchkey.yaml' },
    ])
  })
})

it('declared tenants and customers are there, and keep their names until they are declared no longer', async () => {
  await start('tenants:\n  - { name: Acme, locale: de, customers: [North] }')
  await start('tenants:\n  - { name: Acme, locale: de, customers: [North, South] }')
  const tenant = await db().tenant.findFirstOrThrow({ include: { customers: true } })
  expect(tenant).toMatchObject({ name: 'Acme', locale: 'de', declared: true })
  const names = tenant.customers.map(({ name }) => name).sort()
  expect(names).toEqual(['North', 'South'])
  const [customer] = tenant.customers
  expect(await refusalOf(changeTenant(root, tenant.id, { name: 'Other', locale: 'de' }))).toBe('declared')
  expect(await refusalOf(deleteTenant(root, tenant.id))).toBe('declared')
  expect(await refusalOf(renameCustomer(root, customer?.id ?? '', 'Other'))).toBe('declared')
  expect(await refusalOf(deleteCustomer(root, customer?.id ?? ''))).toBe('declared')
  await start('')
  await changeTenant(root, tenant.id, { name: 'Other', locale: null })
  await deleteTenant(root, tenant.id)
})

it('whoever is to be the first administrator gets the link once, and nobody once there is one', async () => {
  await start(`mailServers:\n${server('One')}`)
  expect(await mailSetupLink('anna@example.org')).toBe(false)
  await db().user.deleteMany()
  await setupToken()
  expect(await mailSetupLink('anna@example.org')).toBe(true)
  expect(await mailSetupLink('anna@example.org')).toBe(true)
  expect(await db().outboundMail.findMany()).toMatchObject([{ kind: 'setup', recipient: 'anna@example.org' }])
})

it('what was clicked is exported, and declares the same', async () => {
  await start(`
settings: { minimumLength: 12, blockedDomains: [a.example, b.example] }
mailServers:
  - { name: My server, host: smtp.example.org, mailFrom: a@example.org, username: me, password: secret, proxyHost: proxy.example.org, proxyPort: 1080, proxyType: socks5 }
  - { name: SendGrid, provider: sendgrid, mailFrom: a@example.org, password: key }
tenants: [{ name: Acme, locale: de, customers: [North] }]`)
  const yaml = await exportDeclaration()
  expect(yaml).not.toMatch(/secret$|: key$/m)
  mkdirSync(path.join(folder, 'secrets'))
  writeFileSync(path.join(folder, 'secrets', 'my-server-password'), 'secret\n')
  writeFileSync(path.join(folder, 'secrets', 'sendgrid-password'), 'key\n')
  await start(yaml)
  expect(await db().mailServerVersion.count()).toBe(2)
  expect(await exportDeclaration()).toBe(yaml)
})
