// What an open browser at lunch is not enough for.
import { beforeEach, describe, expect, it } from 'vitest'
import { activateDkim, createDkimKeys, deactivateDkim, deleteDkimKeys } from '@/domain/deliverability/dkim'
import { saveMailServer } from '@/domain/mail-server/saving'
import {
  deleteMailServer,
  moveMailServer,
  setMailServerEnabled,
  setMailServerPaused,
} from '@/domain/mail-server/servers'
import { settingsFor } from '@/domain/mail-server/testing/settings'
import { enableMailServer, goLive, restoreVersion } from '@/domain/outbox/go-live'
import { changeSettings, installationDefaults } from '@/domain/settings/installation'
import { changeTenantRules } from '@/domain/settings/tenant-password-rules'
import { noSecrets } from '@/domain/smtp/settings'
import type { Viewer } from '@/domain/viewer'
import { setClockAhead } from '@/lib/clock'
import { transaction } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { removeFactorsOf } from './factor-change'
import { prove } from './proof'
import { viewerOf } from './session'
import { signInAs } from './sign-in-as'
import { withApp } from './testing/codes'
import { origin, password, twoTenants } from './testing/people'
import { changeUser } from './user-change'
import { addUser } from './users'

useTestDatabase()
const minutes = (count: number) => setClockAhead(count * 60_000)

let world: Awaited<ReturnType<typeof twoTenants>> & { serverId: string; versionId: string }
beforeEach(async () => {
  const people = await twoTenants()
  const { mailServerId, versionId } = await save(people.root)
  world = { ...people, serverId: mailServerId, versionId }
})

const server = {
  name: 'Relay',
  settings: settingsFor({ host: '127.0.0.1', port: 2525 }),
  secrets: noSecrets,
  baseVersionId: null,
}
const save = (viewer: Viewer) => goLive(viewer, server, { untested: true })

const newUser = (role: 'customer_user' | 'tenant_administrator' | 'system_administrator') => ({
  ...{ email: `new-${role}@acme.test`, firstName: '', lastName: '', role, locale: 'en' },
  ...{ tenantId: world.acme.id, customerId: world.acme.customerId, sendActivation: false },
})
const as = (role: 'customer_user' | 'tenant_administrator') => ({ ...world.acme.user, role })
const rules = {
  ...{ minimumLength: 12, signKinds: null, rememberedPasswords: null, passwordDays: null },
  ...{ renewWeaker: false, secondFactor: null },
}

const deeds: [string, (viewer: Viewer) => Promise<unknown>][] = [
  ['a mail server is saved', save],
  ['it is saved in a transaction', v => transaction(tx => saveMailServer(tx, v, server, { untested: true }))],
  ['a mail server is moved', v => transaction(tx => moveMailServer(tx, v, world.serverId, 'up'))],
  ['a mail server is disabled', v => transaction(tx => setMailServerEnabled(tx, v, world.serverId, false))],
  ['a mail server is enabled', v => enableMailServer(v, world.serverId)],
  ['a mail server is deleted', v => transaction(tx => deleteMailServer(tx, v, world.serverId))],
  ['an earlier version is put in force', v => restoreVersion(v, world.versionId)],
  ['the settings are changed', v => changeSettings(v, { ...installationDefaults, name: 'Other' })],
  ['the password rules of a tenant are changed', v => changeTenantRules(v, world.acme.id, rules)],
  ['a role is changed', v => changeUser(v, world.acme.user.id, as('tenant_administrator'))],
  ['a system administrator is added', v => addUser(v, newUser('system_administrator'))],
  ['a tenant administrator is added', v => addUser(v, newUser('tenant_administrator'))],
  ['signing keys are made', v => createDkimKeys(v, 'example.org')],
]

describe('ten minutes after the last proof', () => {
  it.each(deeds)('nothing happens before it is proved again who it is: %s', async (_, deed) => {
    minutes(11)
    expect(await refusalOf(deed(world.root))).toBe('prove-yourself')
    const token = await prove(world.root, password, '')
    const proved = await viewerOf(token, origin.address)
    expect(await refusalOf(deed(proved!))).toBe('done')
  })

  it.each(deeds)('everything is open until then: %s', async (_, deed) => {
    minutes(9)
    expect(await refusalOf(deed(world.root))).toBe('done')
  })

  it('keys that are there are neither used, nor left, nor deleted', async () => {
    await createDkimKeys(world.root, 'example.org')
    minutes(11)
    for (const change of [activateDkim, deactivateDkim, deleteDkimKeys])
      expect(await refusalOf(change(world.root, 'example.org'))).toBe('prove-yourself')
  })

  it('nobody removes the second factor of another', async () => {
    await withApp(world.acme.userViewer)
    minutes(11)
    expect(await refusalOf(removeFactorsOf(world.root, world.acme.user.id))).toBe('prove-yourself')
  })

  it('what is not more than before goes on: a name, a customer user, a server that has to wait', async () => {
    minutes(11)
    const named = { ...as('customer_user'), firstName: 'Anna' }
    expect(await refusalOf(changeUser(world.root, world.acme.user.id, named))).toBe('done')
    expect(await refusalOf(addUser(world.root, newUser('customer_user')))).toBe('done')
    const pause = transaction(tx => setMailServerPaused(tx, world.root, world.serverId, true))
    expect(await refusalOf(pause)).toBe('done')
  })

  it('whoever is signed in as another is asked for their own proof', async () => {
    await changeSettings(world.root, { ...installationDefaults, signInAs: 'on' })
    const token = await signInAs(world.root, world.acme.admin.id)
    const acting = await viewerOf(token, origin.address)
    expect(await refusalOf(changeTenantRules(acting!, world.acme.id, rules))).toBe('done')
    minutes(11)
    const later = await viewerOf(token, origin.address)
    expect(await refusalOf(changeTenantRules(later!, world.acme.id, { ...rules, signKinds: 3 }))).toBe(
      'prove-yourself',
    )
    await prove(world.root, password, '')
    const proved = await viewerOf(token, origin.address)
    expect(await refusalOf(changeTenantRules(proved!, world.acme.id, { ...rules, signKinds: 3 }))).toBe(
      'done',
    )
  })

  it('says nothing to whoever may not do it anyway', async () => {
    minutes(11)
    const { userViewer, adminViewer } = world.acme
    expect(await refusalOf(changeSettings(adminViewer, installationDefaults))).toBe('not-allowed')
    expect(await refusalOf(save(adminViewer))).toBe('not-allowed')
    expect(await refusalOf(createDkimKeys(userViewer, 'example.org'))).toBe('not-allowed')
  })
})
