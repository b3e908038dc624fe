import { beforeEach, describe, expect, it } from 'vitest'
import { createCustomer, deleteCustomer } from '@/domain/tenancy/customers'
import { db, transaction } from '@/lib/db'
import { ChangedMeanwhile } from '@/lib/meanwhile'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { sendResetLink } from './password-reset'
import { updateProfile } from './profile'
import { openSession, viewerOf } from './session'
import { origin, person, signedIn, twoTenants, userOf } from './testing/people'
import { changeUser, factsOf, type UserDetails } from './user-change'

useTestDatabase()
let world: Awaited<ReturnType<typeof twoTenants>>

beforeEach(async () => {
  world = await twoTenants()
})

/** A user as they are, but for some fields. */
const but = async (email: string, change: Partial<UserDetails>): Promise<UserDetails> => {
  const { firstName, lastName, role, tenantId, customerId, locale } = await userOf(email)
  return { firstName, lastName, role, tenantId, customerId, locale, ...change }
}

const mailsOf = (userId: string) => db().outboundMail.findMany({ where: { userId }, orderBy: { id: 'asc' } })

const changesOf = (subjectId: string) =>
  db().auditEvent.findMany({ where: { subjectId, action: 'user.changed' }, orderBy: { id: 'asc' } })

describe('another name or language', () => {
  it('is recorded with what was before, and ends no session', async () => {
    const { root, acme } = world
    const name = await but(acme.user.email, { firstName: 'Anna', locale: 'de' })
    await changeUser(root, acme.user.id, name)
    expect(await userOf(acme.user.email)).toMatchObject({ firstName: 'Anna', locale: 'de' })
    expect(await db().session.count({ where: { userId: acme.user.id, revokedAt: null } })).toBe(1)
    expect(await changesOf(acme.user.id)).toMatchObject([
      {
        actor: root.email,
        tenantId: acme.id,
        before: { firstName: '', locale: 'en' },
        after: { firstName: 'Anna', locale: 'de' },
      },
    ])
  })

  it('that is the same as before is no change', async () => {
    const { root, acme } = world
    await changeUser(root, acme.user.id, await but(acme.user.email, {}))
    expect(await changesOf(acme.user.id)).toEqual([])
  })
})

describe('another role or place', () => {
  it('ends the sessions of the user, and is recorded by name', async () => {
    const { root, acme } = world
    const { token } = await transaction(tx => openSession(tx, acme.user, origin))
    await changeUser(root, acme.user.id, await but(acme.user.email, { role: 'tenant_administrator' }))
    expect(await userOf(acme.user.email)).toMatchObject({ role: 'tenant_administrator', customerId: null })
    expect(await viewerOf(token, origin.address)).toBeNull()
    expect(await changesOf(acme.user.id)).toMatchObject([
      {
        before: { role: 'customer_user', customer: 'Customer of Acme' },
        after: { role: 'tenant_administrator', customer: '' },
      },
    ])
  })

  it('another customer of the same tenant is for a tenant administrator to choose', async () => {
    const { acme } = world
    const customerId = await createCustomer(acme.adminViewer, acme.id, 'Second')
    await changeUser(acme.adminViewer, acme.user.id, await but(acme.user.email, { customerId }))
    expect(await userOf(acme.user.email)).toMatchObject({ tenantId: acme.id, customerId })
    expect(await db().session.count({ where: { userId: acme.user.id, revokedAt: null } })).toBe(0)
  })

  it('takes along the mails that wait, and leaves those that have ended', async () => {
    const { root, acme, other } = world
    await sendResetLink(root, acme.user.id)
    await db().outboundMail.updateMany({ data: { state: 'sent' } })
    await db().linkToken.updateMany({ data: { revokedAt: new Date() } })
    await sendResetLink(root, acme.user.id)
    const { id: tenantId, customerId } = other
    await changeUser(root, acme.user.id, await but(acme.user.email, { tenantId, customerId }))
    const [ended, waiting] = await mailsOf(acme.user.id)
    expect(ended).toMatchObject({ tenantId: acme.id, parameters: { organisation: 'Acme' } })
    expect(waiting).toMatchObject({ tenantId, tenantKey: tenantId, parameters: { organisation: 'Other' } })
    expect(waiting!.parameters).toMatchObject({ link: { path: 'reset-password' } })
  })

  it('out of all tenants makes the waiting mails those of the installation', async () => {
    const { root, acme } = world
    await sendResetLink(root, acme.user.id)
    await changeUser(root, acme.user.id, await but(acme.user.email, { role: 'system_administrator' }))
    const [waiting] = await mailsOf(acme.user.id)
    expect(waiting!.tenantId).toBeNull()
    expect(waiting!.parameters).toMatchObject({ organisation: 'Latchkey' })
  })

  it.each([
    ['no tenant', { tenantId: null }, 'tenant-required'],
    ['a tenant that is not there', { tenantId: 'nonsense' }, 'tenant-not-found'],
    ['no customer', { customerId: null }, 'customer-required'],
    ['a customer that is not there', { customerId: 'nonsense' }, 'customer-not-found'],
  ])('with %s is refused', async (_what, change, code) => {
    const { root, acme } = world
    const details = await but(acme.user.email, change)
    expect(await refusalOf(changeUser(root, acme.user.id, details))).toBe(code)
  })

  it('of a customer that is being deleted is refused, or the customer stays', async () => {
    const { root, acme } = world
    const customerId = await createCustomer(root, acme.id, 'Second')
    const details = await but(acme.user.email, { customerId })
    const answers = await Promise.all([
      refusalOf(changeUser(root, acme.user.id, details)),
      refusalOf(deleteCustomer(root, customerId)),
    ])
    expect([
      ['done', 'customer-in-use'],
      ['customer-not-found', 'done'],
    ]).toContainEqual(answers)
  })
})

describe('an administrator', () => {
  it('does not change their own account in this way', async () => {
    const { root, rootUser } = world
    const details = await but(rootUser.email, { firstName: 'Me' })
    expect(await refusalOf(changeUser(root, root.id, details))).toBe('not-yourself')
  })

  it('who is the last of a tenant stays so, unless the tenant gets another', async () => {
    const { root, acme, other } = world
    const { id: tenantId, customerId } = acme
    const demoted = await but(acme.admin.email, { role: 'customer_user', customerId })
    const moved = await but(acme.admin.email, { tenantId: other.id })
    for (const details of [demoted, moved])
      expect(await refusalOf(changeUser(root, acme.admin.id, details))).toBe('last-tenant-administrator')
    expect(
      await refusalOf(changeUser(root, acme.admin.id, await but(acme.admin.email, { lastName: 'X' }))),
    ).toBe('done')
    await person({ email: 'second@acme.test', role: 'tenant_administrator', tenantId })
    expect(await refusalOf(changeUser(root, acme.admin.id, demoted))).toBe('done')
  })

  it('is left, when the last two demote each other at the same instant', async () => {
    const { root, rootUser, acme } = world
    const email = 'root2@latchkey.test'
    const second = await person({ email, role: 'system_administrator' })
    const secondViewer = await signedIn(second)
    const demoted = (email: string) => but(email, { role: 'tenant_administrator', tenantId: acme.id })
    const [one, two] = [await demoted(email), await demoted(rootUser.email)]
    const answers = await Promise.all([
      refusalOf(changeUser(root, second.id, one)),
      refusalOf(changeUser(secondViewer, root.id, two)),
    ])
    expect(answers.sort()).toEqual(['done', 'not-allowed'])
    expect(await db().user.count({ where: { role: 'system_administrator', state: 'active' } })).toBe(1)
  })
})

describe('a form that somebody else was faster than', () => {
  const typed = () => but(world.acme.user.email, { lastName: 'Typed' })
  const opened = async () => factsOf(await userOf(world.acme.user.email))

  it('is refused with what is there now, and saved once that was seen', async () => {
    const { root, acme } = world
    const [form, mine] = [await opened(), await typed()]
    await changeUser(root, acme.user.id, await but(acme.user.email, { lastName: 'Theirs', locale: 'de' }))
    const refused = await changeUser(root, acme.user.id, mine, form).catch(error => error)
    expect(refused).toBeInstanceOf(ChangedMeanwhile)
    expect(refused.changed.sort()).toEqual(['lastName', 'locale'])
    expect(refused.current).toMatchObject({ lastName: 'Theirs', locale: 'de' })
    expect(await userOf(acme.user.email)).toMatchObject({ lastName: 'Theirs' })
    await changeUser(root, acme.user.id, mine, refused.current)
    expect(await userOf(acme.user.email)).toMatchObject({ lastName: 'Typed', locale: 'en' })
  })

  it('is saved where both wrote the same, and where nobody changed what it holds', async () => {
    const { root, acme } = world
    const [form, mine] = [await opened(), await typed()]
    await changeUser(root, acme.user.id, mine)
    await sendResetLink(root, acme.user.id)
    expect(await refusalOf(changeUser(root, acme.user.id, mine, form))).toBe('done')
  })

  it('is refused after the owner has changed their name as well', async () => {
    const { root, acme } = world
    const [form, mine] = [await opened(), await typed()]
    await updateProfile(acme.userViewer, { firstName: 'Owner', lastName: 'Own', locale: 'en' })
    expect(await refusalOf(changeUser(root, acme.user.id, mine, form))).toBe('changed-meanwhile')
  })
})
