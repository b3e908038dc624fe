import { beforeEach, describe, expect, it } from 'vitest'
import { mailsTo } from '@/domain/outbox/testing/worker'
import type { Viewer } from '@/domain/viewer'
import { db } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { activate, activationLink, readActivation, resendActivation } from './activation'
import { correctAddress } from './address-correction'
import { origin, password, twoTenants, userOf } from './testing/people'
import { listUsers } from './user-list'
import { addUser, disableUser } from './users'

useTestDatabase()
let world: Awaited<ReturnType<typeof twoTenants>>
let tara: Viewer

beforeEach(async () => {
  world = await twoTenants()
  tara = world.acme.adminViewer
})

const anna = () =>
  addUser(tara, {
    email: 'anna@exmaple.org',
    firstName: 'Anna',
    lastName: '',
    role: 'customer_user',
    tenantId: null,
    customerId: world.acme.customerId,
    locale: 'en',
    sendActivation: true,
  })
const tokenOf = async (userId: string) => (await activationLink(tara, userId)).split('/').pop()!
const fail = (email: string) =>
  db().outboundMail.updateMany({
    where: { recipient: email },
    data: { state: 'failed', cause: 'recipient-rejected' },
  })

describe('a corrected address', () => {
  it('gets a new mail with a new link, and the old link is dead', async () => {
    const { id } = await anna()
    const old = await tokenOf(id)
    await fail('anna@exmaple.org')
    const mailId = await correctAddress(tara, id, 'anna@example.org')
    expect((await mailsTo('anna@example.org')).map(mail => mail.id)).toEqual([mailId])
    expect((await readActivation(old)).dead).toBe('replaced')
    await activate(await tokenOf(id), password, origin)
    expect(await userOf('anna@example.org')).toMatchObject({ id, state: 'active' })
  })

  it('withdraws the mail that still waits for the wrong one', async () => {
    const { id } = await anna()
    await correctAddress(tara, id, 'anna@example.org')
    expect((await mailsTo('anna@exmaple.org')).map(({ state }) => state)).toEqual(['cancelled'])
  })

  it('is recorded with the one before', async () => {
    const { id } = await anna()
    await correctAddress(tara, id, 'anna@example.org')
    const event = await db().auditEvent.findFirstOrThrow({ where: { action: 'user.address-corrected' } })
    expect(event).toMatchObject({
      actor: tara.email,
      subjectId: id,
      before: { email: 'anna@exmaple.org' },
      after: { email: 'anna@example.org' },
    })
  })

  it('may be the same one in other letters, and not quite the same', async () => {
    const { id } = await anna()
    expect(await refusalOf(correctAddress(tara, id, 'anna@exmaple.org'))).toBe('address-unchanged')
    expect(await refusalOf(correctAddress(tara, id, 'Anna@exmaple.org'))).toBe('done')
  })

  it('is not one that somebody has: nothing changes, and that it was tried is recorded', async () => {
    const { id } = await anna()
    expect(await refusalOf(correctAddress(tara, id, 'USER@other.test'))).toBe('email-taken')
    expect((await db().user.findUniqueOrThrow({ where: { id } })).email).toBe('anna@exmaple.org')
    expect((await readActivation(await tokenOf(id))).live).not.toBeNull()
    expect(await db().auditEvent.count({ where: { action: 'user.address-taken' } })).toBe(1)
  })

  it('is only for who has not activated the account', async () => {
    const { id } = await anna()
    await activate(await tokenOf(id), password, origin)
    expect(await refusalOf(correctAddress(tara, id, 'anna@example.org'))).toBe('already-active')
    await disableUser(tara, id)
    expect(await refusalOf(correctAddress(tara, id, 'anna@example.org'))).toBe('account-disabled')
  })
})

describe('the list of users', () => {
  const inVain = async (viewer: Viewer, search?: string) => {
    const { users, found, mailFailed } = await listUsers(viewer, { mail: 'failed', search })
    return { emails: users.map(({ email }) => email), found: found.number, number: mailFailed.number }
  }
  const none = { emails: [], found: 0, number: 0 }

  it('finds those whose activation mail has failed, until a later one goes or they get in', async () => {
    const { id } = await anna()
    expect(await inVain(tara)).toEqual(none)
    await fail('anna@exmaple.org')
    const one = { emails: ['anna@exmaple.org'], found: 1, number: 1 }
    expect(await inVain(tara)).toEqual(one)
    expect(await inVain(tara, 'ann')).toEqual(one)
    expect(await inVain(tara, 'somebody')).toEqual(none)
    expect((await listUsers(tara, {})).mailFailed.ids).toEqual(new Set([id]))
    await resendActivation(tara, id)
    expect(await inVain(tara)).toEqual(none)
    await fail('anna@exmaple.org')
    expect(await inVain(tara)).toEqual(one)
    await activate(await tokenOf(id), password, origin)
    expect(await inVain(tara)).toEqual(none)
  })

  it('tells nobody of those of another tenant', async () => {
    await anna()
    await fail('anna@exmaple.org')
    expect(await inVain(world.other.adminViewer)).toEqual(none)
    expect((await inVain(world.root)).number).toBe(1)
  })
})
