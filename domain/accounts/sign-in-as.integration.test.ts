import { beforeEach, describe, expect, it } from 'vitest'
import { listAudit } from '@/domain/audit/audit-list'
import { changeSettings, installationDefaults } from '@/domain/settings/installation'
import type { Viewer } from '@/domain/viewer'
import { setClockAhead } from '@/lib/clock'
import { db, transaction } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { activationLink, resendActivation } from './activation'
import { correctAddress } from './address-correction'
import {
  cancelEmailChange,
  confirmEmailChange,
  requestEmailChange,
  requestEmailChangeOf,
} from './email-change'
import {
  beginApp,
  cancelApp,
  confirmApp,
  newRecoveryCodes,
  removeFactor,
  removeFactorsOf,
} from './factor-change'
import { checkImport } from './import-check'
import { addPasskey, newPasskeyOptions } from './passkey'
import { resetLink, sendResetLink } from './password-reset'
import { changePassword, updateProfile } from './profile'
import { prove } from './proof'
import {
  endSession,
  endSessions,
  listSessions,
  noteTimeZone,
  signOut,
  signOutEverywhere,
  viewerOf,
} from './session'
import { canSignInAs, endSignInAs, signInAs } from './sign-in-as'
import { password, person, signedIn, twoTenants } from './testing/people'
import { changeUser } from './user-change'
import { startImport, undoImport } from './user-import'
import { startUserRun } from './user-run'
import { addUser, deleteUser, disableUser, enableUser, readUser } from './users'

useTestDatabase()
let world: Awaited<ReturnType<typeof twoTenants>>

const allow = (signInAs: 'on' | 'off') => changeSettings(world.root, { ...installationDefaults, signInAs })

beforeEach(async () => {
  world = await twoTenants()
  await allow('on')
})

/** An administrator as somebody else. */
async function as(viewer: Viewer, userId: string): Promise<Viewer> {
  const found = await viewerOf(await signInAs(viewer, userId), '192.0.2.3')
  if (!found) throw new Error('nobody')
  return found
}

describe('signing in as somebody else', () => {
  it('is off until the system administrator allows it, and ends when they do not any more', async () => {
    const token = await signInAs(world.root, world.acme.user.id)
    await allow('off')
    expect(await viewerOf(token, '')).toBeNull()
    expect(await refusalOf(signInAs(world.root, world.acme.user.id))).toBe('acting-off')
    expect(await canSignInAs(world.root, world.acme.user.id)).toBe(false)
    expect(installationDefaults.signInAs).toBe('off')
  })

  it('gives what the user may do, and says who it really is', async () => {
    const { root, acme } = world
    expect(await as(root, acme.user.id)).toMatchObject({
      id: acme.user.id,
      role: 'customer_user',
      tenantId: acme.id,
      address: '192.0.2.3',
      actedBy: { id: root.id, email: root.email, sessionId: root.sessionId },
    })
  })

  it('goes only downwards', async () => {
    const { root, rootUser, acme, other } = world
    const second = await person({ email: 'second@latchkey.test', role: 'system_administrator' })
    const colleague = await person({
      email: 'colleague@acme.test',
      role: 'tenant_administrator',
      tenantId: acme.id,
    })
    const answers = async (viewer: Viewer, ids: string[]) =>
      Promise.all(ids.map(id => refusalOf(signInAs(viewer, id))))
    expect(await answers(root, [acme.admin.id, acme.user.id, second.id, rootUser.id])).toEqual([
      'done',
      'done',
      'not-allowed',
      'not-allowed',
    ])
    const asked = [acme.user.id, colleague.id, acme.admin.id, rootUser.id, other.user.id, other.admin.id]
    expect(await answers(acme.adminViewer, asked)).toEqual([
      'done',
      'not-allowed',
      'not-allowed',
      'user-not-found',
      'user-not-found',
      'user-not-found',
    ])
    expect(await answers(acme.userViewer, [acme.user.id, acme.pending.id])).toEqual([
      'not-allowed',
      'not-allowed',
    ])
  })

  it('is for active accounts only, and never while one is somebody else', async () => {
    const { root, acme } = world
    expect(await refusalOf(signInAs(root, acme.pending.id))).toBe('not-active')
    const gone = await person({
      email: 'gone@acme.test',
      tenantId: acme.id,
      customerId: acme.customerId,
      state: 'disabled',
    })
    expect(await refusalOf(signInAs(root, gone.id))).toBe('account-disabled')
    expect(await canSignInAs(root, gone.id)).toBe(false)
    const admin = await as(root, acme.admin.id)
    expect(await refusalOf(signInAs(admin, acme.user.id))).toBe('acting-as')
    expect(await canSignInAs(admin, acme.user.id)).toBe(false)
  })

  it('asks who one is when that was shown more than ten minutes ago', async () => {
    const { root, acme } = world
    setClockAhead(11 * 60_000)
    expect(await refusalOf(signInAs(root, acme.user.id))).toBe('prove-yourself')
    await prove(root, password, '')
    expect(await refusalOf(signInAs(root, acme.user.id))).toBe('done')
  })

  it('ends after an hour, whatever is done', async () => {
    const token = await signInAs(world.root, world.acme.user.id)
    for (const minutes of [20, 40, 59]) {
      setClockAhead(minutes * 60_000)
      expect(await viewerOf(token, '')).not.toBeNull()
    }
    setClockAhead(61 * 60_000)
    expect(await viewerOf(token, '')).toBeNull()
  })

  it.each<[string, (viewer: Viewer) => Promise<unknown>]>([
    ['their own session', viewer => signOut(viewer)],
    ['all their sessions', viewer => signOutEverywhere(viewer)],
    ['their account', viewer => disableUser(world.root, viewer.id)],
    ['their existence', viewer => deleteUser(world.root, viewer.id)],
    [
      'their role',
      async viewer => {
        await person({ email: 'next@acme.test', role: 'tenant_administrator', tenantId: world.acme.id })
        const place = { role: 'customer_user' as const, customerId: world.acme.customerId }
        const details = { firstName: '', lastName: '', locale: 'en', tenantId: world.acme.id, ...place }
        await changeUser(world.root, viewer.id, details)
      },
    ],
  ])('ends with %s', async (_, end) => {
    await person({ email: 'more@acme.test', role: 'tenant_administrator', tenantId: world.acme.id })
    const token = await signInAs(world.acme.adminViewer, world.acme.user.id)
    expect(await viewerOf(token, '')).not.toBeNull()
    await end(world.acme.adminViewer)
    expect(await viewerOf(token, '')).toBeNull()
  })

  it('ends with what ends the sessions of the user, who sees it in their list and can end it', async () => {
    const { root, acme } = world
    const [one, two] = [await signInAs(root, acme.user.id), await signInAs(root, acme.user.id)]
    const sessions = await listSessions(acme.userViewer)
    expect(sessions.map(({ actor }) => actor).filter(Boolean)).toEqual([root.email, root.email])
    await endSession(acme.userViewer, (await viewerOf(one, ''))?.sessionId ?? '')
    expect(await viewerOf(one, '')).toBeNull()
    await transaction(tx => endSessions(tx, acme.user.id))
    expect(await viewerOf(two, '')).toBeNull()
    expect(await viewerOf('', '')).toBeNull()
  })

  it('ends when one goes back, and only then', async () => {
    const { root, acme } = world
    const token = await signInAs(root, acme.user.id)
    await endSignInAs((await viewerOf(token, ''))!)
    expect(await viewerOf(token, '')).toBeNull()
    await endSignInAs(root)
    expect(await listSessions(root)).toHaveLength(1)
  })

  it('is told in the audit, with both names in all that is done', async () => {
    const { root, acme } = world
    const user = await as(root, acme.user.id)
    await updateProfile(user, { firstName: 'Ulla', lastName: '', locale: 'de' })
    await endSignInAs(user)
    const { events } = await listAudit(root, { search: root.email })
    const both = `${root.email} as ${acme.user.email}`
    expect(events.slice(0, 3).map(({ action, actor, actorId }) => [action, actor, actorId])).toEqual([
      ['sign-in-as.ended', both, root.id],
      ['profile.changed', both, root.id],
      ['sign-in-as.begun', root.email, root.id],
    ])
    expect(events.slice(0, 3).map(({ subject }) => subject)).toEqual(Array(3).fill(acme.user.email))
  })

  it('leaves no trace of the administrator in the account', async () => {
    const { root, acme } = world
    const before = await db().user.findUniqueOrThrow({ where: { id: acme.user.id } })
    const user = await as(root, acme.user.id)
    await noteTimeZone(user, 'Asia/Tokyo')
    const after = await db().user.findUniqueOrThrow({ where: { id: acme.user.id } })
    expect(after).toEqual(before)
    expect(await db().outboundMail.count({ where: { userId: acme.user.id } })).toBe(0)
  })
})

describe('whoever is signed in as somebody else', () => {
  const newUser = () => ({
    ...{ email: 'new@acme.test', firstName: '', lastName: '', locale: 'en', sendActivation: true },
    ...{ role: 'customer_user' as const, tenantId: world.acme.id, customerId: world.acme.customerId },
  })
  const details = (user: object) => ({ ...newUser(), ...user })
  const file = { name: 'users.csv', bytes: Buffer.from('email\nfrom.file@acme.test\n') }
  const deeds: [string, (viewer: Viewer) => Promise<unknown>][] = [
    ['change the password', v => changePassword(v, password, 'another good password')],
    ['prove who they are', v => prove(v, password, '')],
    ['ask for another address', v => requestEmailChange(v, 'x@example.org', password)],
    ['give up an address', v => cancelEmailChange(v)],
    ['confirm an address', v => confirmEmailChange(v, 'x')],
    ['begin an app', v => beginApp(v)],
    ['give up an app', v => cancelApp(v)],
    ['confirm an app', v => confirmApp(v, '000000')],
    ['begin a passkey', v => newPasskeyOptions(v)],
    ['add a passkey', v => addPasskey(v, '{}')],
    ['remove a factor', v => removeFactor(v, v.id)],
    ['make recovery codes', v => newRecoveryCodes(v)],
    ['end a session', v => endSession(v, v.sessionId)],
    ['end all sessions', v => signOutEverywhere(v)],
    ['sign in as another', v => signInAs(v, world.acme.user.id)],
    ['remove the factors of a user', v => removeFactorsOf(v, world.acme.user.id)],
    ['send a reset link', v => sendResetLink(v, world.acme.user.id)],
    ['show a reset link', v => resetLink(v, world.acme.user.id)],
    ['send an activation link', v => resendActivation(v, world.acme.pending.id)],
    ['show an activation link', v => activationLink(v, world.acme.pending.id)],
    ['correct an address', v => correctAddress(v, world.acme.pending.id, 'y@example.org')],
    ['ask for another address of a user', v => requestEmailChangeOf(v, world.acme.user.id, 'z@example.org')],
    ['add a user', v => addUser(v, newUser())],
    ['change a user', v => changeUser(v, world.acme.user.id, details({ lastName: 'Other' }))],
    ['disable a user', v => disableUser(v, world.acme.user.id)],
    ['enable a user', v => enableUser(v, world.acme.user.id)],
    ['delete a user', v => deleteUser(v, world.acme.user.id)],
    ['change users in the background', v => startUserRun(v, {}, 'disable')],
    ['check a file of users', v => checkImport(v, file)],
    ['begin an import', v => startImport(v, v.id, { invited: true, perMinute: null })],
    ['undo an import', v => undoImport(v, v.id)],
  ]

  it.each(deeds)('cannot %s', async (_, deed) => {
    const admin = await as(world.root, world.acme.admin.id)
    expect(await refusalOf(deed(admin))).toBe('acting-as')
    const refused = await db().session.count({ where: { userId: admin.id, revokedAt: null } })
    expect(refused).toBe(2)
  })

  it('sees what the user sees', async () => {
    const admin = await as(world.root, world.acme.admin.id)
    expect((await readUser(admin, world.acme.user.id)).email).toBe(world.acme.user.email)
    expect(await refusalOf(readUser(admin, world.other.user.id))).toBe('user-not-found')
  })

  it('has a session of which the own one is another', async () => {
    const { root, acme } = world
    const again = await signedIn(world.rootUser)
    const user = await as(again, acme.user.id)
    expect(user.actedBy?.sessionId).toBe(again.sessionId)
    expect(user.actedBy?.sessionId).not.toBe(root.sessionId)
  })
})
