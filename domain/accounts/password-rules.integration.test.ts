// The rules of passwords: whose hold, what they refuse, and that nothing goes round a password that has to be changed.
import { beforeEach, describe, expect, it } from 'vitest'
import { tokenOf } from '@/domain/links/link-token'
import { mailsTo } from '@/domain/outbox/testing/worker'
import { changeSettings, installationDefaults } from '@/domain/settings/installation'
import type { PasswordRules } from '@/domain/settings/password-rules'
import { changeTenantRules, rulesFor, type TenantRules } from '@/domain/settings/tenant-password-rules'
import { createTenant } from '@/domain/tenancy/tenants'
import { nobody } from '@/domain/viewer'
import { setClockAhead } from '@/lib/clock'
import { db, transaction } from '@/lib/db'
import { dump, useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { activate, activationLink } from './activation'
import { signInWithNewPassword } from './new-password'
import { hashPassword, passwordMatches, setPassword } from './password'
import { resetLinkToken, resetPassword } from './password-reset'
import { deleteStalePending, MoreWanted, readPendingSignIn, signInWithCode } from './pending-sign-in'
import { changePassword } from './profile'
import { openSession, signOutEverywhere, viewerOf } from './session'
import { signIn } from './sign-in'
import { codeOf, withApp } from './testing/codes'
import { origin, password, person, signedIn, twoTenants } from './testing/people'
import { addUser, disableUser, enableUser } from './users'

useTestDatabase()
let world: Awaited<ReturnType<typeof twoTenants>>
const minutesOfDay = 24 * 60
const ahead = (minutes: number) => setClockAhead(minutes * 60_000)

beforeEach(async () => {
  ahead(0)
  world = await twoTenants()
})

const noRules: TenantRules = {
  minimumLength: null,
  signKinds: null,
  rememberedPasswords: null,
  passwordDays: null,
  renewWeaker: false,
  secondFactor: null,
}
const install = (rules: Partial<PasswordRules>) =>
  changeSettings(world.root, { ...installationDefaults, ...rules })
const tenant = (rules: Partial<TenantRules>, viewer = world.acme.adminViewer) =>
  changeTenantRules(viewer, world.acme.id, { ...noRules, ...rules })

/** Gives a right password that opens no session. @returns what the cookie would hold, and what is wanted */
async function waiting(email: string, given = password) {
  const error = await signIn(email, given, origin).catch(error => error)
  if (!(error instanceof MoreWanted)) throw new Error(`nothing more was wanted: ${error}`)
  return { pending: error.pending, code: error.code }
}
const answerTo = (email: string, given = password) => refusalOf(signIn(email, given, origin))
const sessionsOf = (userId: string) => db().session.count({ where: { userId, revokedAt: null } })

describe('the rules', () => {
  it('that hold for a person are the stricter of the installation and their tenant, one by one', async () => {
    await install({ minimumLength: 12, signKinds: 3, passwordDays: 90 })
    await tenant({ minimumLength: 14, rememberedPasswords: 5, passwordDays: 30, renewWeaker: true })
    const { acme, other } = world
    expect(await rulesFor(acme.id)).toEqual({
      minimumLength: 14,
      signKinds: 3,
      rememberedPasswords: 5,
      passwordDays: 30,
      renewWeaker: true,
    })
    expect(await rulesFor(other.id)).toMatchObject({ minimumLength: 12, passwordDays: 90 })
    await install({ minimumLength: 20 })
    expect(await rulesFor(acme.id)).toMatchObject({ minimumLength: 20, passwordDays: 30 })
    const short = 'eleven sign!'
    await expect(changePassword(acme.userViewer, password, short)).rejects.toMatchObject({
      code: 'password-short',
      options: { field: 'newPassword', values: { length: 20 } },
    })
  })

  it.each<[keyof TenantRules, number, string]>([
    ['minimumLength', 11, 'rule-not-stricter'],
    ['signKinds', 2, 'rule-not-stricter'],
    ['rememberedPasswords', 2, 'rule-not-stricter'],
    ['passwordDays', 91, 'rule-not-sooner'],
    ['passwordDays', 0, 'rule-not-sooner'],
  ])('of a tenant cannot ask for less: %s %i', async (field, value, code) => {
    await install({ minimumLength: 12, signKinds: 3, rememberedPasswords: 3, passwordDays: 90 })
    await expect(tenant({ [field]: value })).rejects.toMatchObject({ code, options: { field } })
    expect(await db().tenantPasswordRules.count()).toBe(0)
  })

  it('of a tenant may be the same, are recorded with what was before, and go with the tenant', async () => {
    await tenant({ minimumLength: 8, passwordDays: 30 })
    await tenant({ minimumLength: 8, passwordDays: 20 }, world.root)
    const events = await db().auditEvent.findMany({
      where: { action: 'tenant.password-rules-changed' },
      orderBy: { id: 'asc' },
    })
    expect(events).toMatchObject([
      { actor: world.acme.admin.email, subject: 'Acme', tenantId: world.acme.id },
      { actor: world.root.email, before: { passwordDays: '30' }, after: { passwordDays: '20' } },
    ])
    await db().user.deleteMany({ where: { tenantId: world.acme.id } })
    await db().tenant.delete({ where: { id: world.acme.id } })
    expect(await db().tenantPasswordRules.count()).toBe(0)
  })

  it('that somebody else has changed are not written over without a word', async () => {
    await tenant({ minimumLength: 12 })
    const opened = { minimumLength: '', signKinds: '', rememberedPasswords: '', passwordDays: '' }
    const saving = changeTenantRules(
      world.root,
      world.acme.id,
      { ...noRules, minimumLength: 15 },
      { ...opened, renewWeaker: 'false' },
    )
    await expect(saving).rejects.toMatchObject({ changed: ['minimumLength'] })
  })
})

it("a password that is made of the tenant's name is refused", async () => {
  const id = await createTenant(world.root, 'Windmill Consortium')
  const user = await person({ email: 'anna@example.org', role: 'tenant_administrator', tenantId: id })
  const viewer = await signedIn(user)
  expect(await refusalOf(changePassword(viewer, password, 'windmillconsortium'))).toBe('password-guessable')
  expect(await refusalOf(changePassword(world.acme.adminViewer, password, 'windmillconsortium'))).toBe('done')
})

describe('kinds of signs', () => {
  it.each([
    [2, 'threequietwords', 'password-kinds'],
    [2, 'three quiet words', 'done'],
    [3, 'three quiet words', 'password-kinds'],
    [3, 'Three quiet words', 'done'],
    [4, 'Three quiet words', 'password-kinds'],
    [4, 'Three quiet wörds 7', 'done'],
    [2, 'слонивсаду', 'password-kinds'],
    [2, 'Слонивсаду', 'done'],
  ])('where %i are asked for, %j is answered %s', async (signKinds, chosen, answer) => {
    await install({ signKinds })
    expect(await refusalOf(changePassword(world.acme.userViewer, password, chosen))).toBe(answer)
  })
})

describe('a password that was used before', () => {
  const words = ['first quiet words', 'second quiet words', 'third quiet words', 'fourth quiet words']

  it('is not chosen again while it is among the last ones, at whichever door', async () => {
    await tenant({ rememberedPasswords: 3 })
    const { acme } = world
    let present = password
    const change = async (next: string) => {
      const answer = await refusalOf(changePassword(acme.userViewer, present, next))
      if (answer === 'done') present = next
      return answer
    }
    expect(await change(password)).toBe('password-reused')
    expect(await change(words[0]!)).toBe('done')
    expect(await change(password)).toBe('password-reused')
    expect(await change(words[1]!)).toBe('done')
    expect(await change(password)).toBe('password-reused')
    const token = tokenOf(await resetLinkToken(acme.user.email, nobody('')))
    expect(await refusalOf(resetPassword(token, words[0]!, origin))).toBe('password-reused')
    expect(await refusalOf(resetPassword(token, words[2]!, origin))).toBe('done')
    present = words[2]!
    const viewer = await signedIn(acme.user)
    expect(await refusalOf(changePassword(viewer, present, password))).toBe('done')
    const { hash, history } = await db().credential.findUniqueOrThrow({ where: { userId: acme.user.id } })
    expect(await passwordMatches(hash, password)).toBe(true)
    expect(history).toHaveLength(2)
  })

  it('may be chosen again where none are remembered, and then none is kept', async () => {
    const { acme } = world
    expect(await refusalOf(changePassword(acme.userViewer, password, password))).toBe('done')
    const { history } = await db().credential.findUniqueOrThrow({ where: { userId: acme.user.id } })
    expect(history).toEqual([])
  })

  it('is compared only once the present one is proved', async () => {
    await install({ rememberedPasswords: 10 })
    const { userViewer } = world.acme
    expect(await refusalOf(changePassword(userViewer, 'not the present one', password))).toBe(
      'wrong-password',
    )
  })
})

describe('a password that has to be changed', () => {
  const next = 'three quiet words'
  const reasons: [string, () => Promise<unknown>, string][] = [
    ['expired', () => install({ passwordDays: 30 }).then(() => ahead(31 * minutesOfDay)), 'expired'],
    [
      'was chosen under weaker rules of length',
      () => install({ minimumLength: 15, renewWeaker: true }),
      'weaker',
    ],
    [
      'was chosen under weaker rules of the tenant',
      () => tenant({ signKinds: 2, renewWeaker: true }),
      'weaker',
    ],
  ]

  it.each(reasons)('because it %s opens no session, but the page for another', async (_, make, due) => {
    const { acme } = world
    await make()
    const before = await sessionsOf(acme.user.id)
    const { pending, code } = await waiting(acme.user.email)
    expect(code).toBe('new-password-wanted')
    expect(await sessionsOf(acme.user.id)).toBe(before)
    expect(await viewerOf(pending, '')).toBeNull()
    expect(await readPendingSignIn(pending)).toMatchObject({ wants: 'new-password', due })
    expect(
      await db().auditEvent.findFirst({ where: { action: 'sign-in.new-password-wanted' } }),
    ).toMatchObject({ actor: acme.user.email, after: { reason: due } })
    await expect(transaction(tx => openSession(tx, acme.user, origin))).rejects.toThrow('the new password')

    expect(await refusalOf(signInWithNewPassword(pending, password, origin))).toBe('password-reused')
    expect(await refusalOf(signInWithNewPassword(pending, 'short', origin))).toBe('password-short')
    const { token: session } = await signInWithNewPassword(pending, next, origin)
    expect(await viewerOf(session, '')).toMatchObject({ id: acme.user.id })
    expect(await sessionsOf(acme.user.id)).toBe(1)
    expect((await mailsTo(acme.user.email)).map(({ kind }) => kind)).toEqual(['password-changed'])
    expect(await answerTo(acme.user.email, next)).toBe('done')
    expect(await refusalOf(signInWithNewPassword(pending, 'other quiet words', origin))).toBe('sign-in-again')
  })

  it('goes on working where weaker rules are no reason, and where it was chosen under these', async () => {
    const { acme } = world
    await install({ minimumLength: 15 })
    expect(await answerTo(acme.user.email)).toBe('done')
    await changePassword(acme.userViewer, password, next)
    await install({ minimumLength: 15, renewWeaker: true })
    expect(await answerTo(acme.user.email, next)).toBe('done')
    expect(await answerTo(world.other.user.email)).toBe('new-password-wanted')
    await install({ minimumLength: 8, renewWeaker: true })
    expect(await answerTo(world.other.user.email)).toBe('done')
  })

  it('leaves sessions open that are there', async () => {
    const { token: session } = await signIn(world.acme.user.email, password, origin)
    await install({ minimumLength: 15, renewWeaker: true })
    expect(await viewerOf(session, '')).not.toBeNull()
  })

  it.each<[string, () => Promise<unknown>]>([
    ['another was chosen elsewhere', () => changePassword(world.acme.userViewer, password, next)],
    ['its owner signs out everywhere', () => signOutEverywhere(world.acme.userViewer)],
    [
      'the account is disabled, also when it is enabled again',
      async () => {
        await disableUser(world.root, world.acme.user.id)
        await enableUser(world.root, world.acme.user.id)
      },
    ],
    ['ten minutes are over', async () => ahead(11)],
  ])('is not changed at the sign-in any more once %s', async (_, change) => {
    await install({ minimumLength: 15, renewWeaker: true })
    const { pending } = await waiting(world.acme.user.email)
    await change()
    expect(await readPendingSignIn(pending)).toBeNull()
    expect(await refusalOf(signInWithNewPassword(pending, 'other quiet words', origin))).toBe('sign-in-again')
  })

  it('is changed once, also by two at the same instant', async () => {
    await install({ minimumLength: 15, renewWeaker: true })
    const { pending } = await waiting(world.acme.user.email)
    const answers = await Promise.all(
      ['other quiet words', next].map(one => refusalOf(signInWithNewPassword(pending, one, origin))),
    )
    expect(answers.sort()).toEqual(['done', 'sign-in-again'])
    await deleteStalePending(() => true)
  })

  it('is changed after the second factor, which nobody passes by', async () => {
    ahead(0)
    const { userViewer, user } = world.acme
    const { key, codes } = await withApp(userViewer, -1)
    await install({ minimumLength: 15, renewWeaker: true })
    const first = await waiting(user.email)
    expect(first.code).toBe('factor-wanted')
    expect(await readPendingSignIn(first.pending)).toMatchObject({ wants: 'factor' })
    expect(await refusalOf(signInWithNewPassword(first.pending, next, origin))).toBe('sign-in-again')

    const error = await signInWithCode(first.pending, codeOf(key), origin).catch(error => error)
    expect(error).toMatchObject({ code: 'new-password-wanted' })
    expect(await readPendingSignIn(first.pending)).toBeNull()
    const { token: session } = await signInWithNewPassword(error.pending, next, origin)
    expect(await viewerOf(session, '')).toMatchObject({ id: user.id })
    expect(codes).toHaveLength(10)
  })

  it('asks for a second factor that was set up while it waited', async () => {
    const { userViewer, user } = world.acme
    await install({ minimumLength: 15, renewWeaker: true })
    const { pending } = await waiting(user.email)
    await withApp(userViewer, -1)
    const left = await readPendingSignIn(pending)
    expect(left?.wants ?? 'factor').toBe('factor')
    expect(await refusalOf(signInWithNewPassword(pending, next, origin))).toBe('sign-in-again')
  })
})

describe('an initial password', () => {
  const initial = 'given over the phone'
  const newUser = () => ({
    email: 'new@acme.test',
    firstName: 'Nora',
    lastName: '',
    role: 'customer_user' as const,
    tenantId: world.acme.id,
    customerId: world.acme.customerId,
    locale: 'en',
    sendActivation: false,
    initialPassword: initial,
  })

  it('makes the account active, mails nothing, stands nowhere, and has to be changed', async () => {
    const user = await addUser(world.acme.adminViewer, newUser())
    expect(user.state).toBe('active')
    expect(await mailsTo(user.email)).toEqual([])
    expect(await dump()).not.toContain(initial)
    expect(await db().auditEvent.findFirst({ where: { action: 'password.initial-set' } })).toMatchObject({
      actor: world.acme.admin.email,
      subject: user.email,
      tenantId: world.acme.id,
    })
    const { pending } = await waiting(user.email, initial)
    expect(await readPendingSignIn(pending)).toMatchObject({ due: 'initial' })
    expect(await refusalOf(signInWithNewPassword(pending, initial, origin))).toBe('password-reused')
    await signInWithNewPassword(pending, 'only mine to know', origin)
    expect(await answerTo(user.email, 'only mine to know')).toBe('done')
    expect(await answerTo(user.email, initial)).toBe('sign-in-failed')
  })

  it('obeys the rules of the tenant that the user comes to, whoever adds them, and is refused at its field', async () => {
    await tenant({ minimumLength: 30 })
    for (const viewer of [world.root, world.acme.adminViewer])
      await expect(addUser(viewer, newUser())).rejects.toMatchObject({
        code: 'password-short',
        options: { field: 'initialPassword', values: { length: 30 } },
      })
    await tenant({})
    const own = { ...newUser(), initialPassword: 'New@acme.test' }
    expect(await refusalOf(addUser(world.root, own))).toBe('password-is-email')
    expect(await db().user.count({ where: { email: 'new@acme.test' } })).toBe(0)
  })

  it('works for as long as an activation link; after that a reset link helps', async () => {
    const user = await addUser(world.root, newUser())
    ahead(72 * 60 - 1)
    expect(await answerTo(user.email, initial)).toBe('new-password-wanted')
    ahead(72 * 60 + 1)
    expect(await answerTo(user.email, initial)).toBe('sign-in-failed')
    const token = tokenOf(await resetLinkToken(user.email, nobody('')))
    await resetPassword(token, 'only mine to know', origin)
    expect(await answerTo(user.email, 'only mine to know')).toBe('done')
  })

  it('is no way round for whoever was invited: their own password is theirs', async () => {
    const { root, acme } = world
    const token = (await activationLink(root, acme.pending.id)).split('/').at(-1) ?? ''
    const { token: session } = await activate(token, 'only mine to know', origin)
    expect(await viewerOf(session, '')).not.toBeNull()
    const { initial: isInitial } = await db().credential.findUniqueOrThrow({
      where: { userId: acme.pending.id },
    })
    expect(isInitial).toBe(false)
  })
})

it('a password that is longer than can be chosen now goes on working', async () => {
  const long = 'x y '.repeat(50)
  const user = await person({ email: 'long@acme.test', tenantId: world.acme.id })
  const hash = await hashPassword(long)
  await transaction(tx => setPassword(tx, user.id, { hash }))
  expect(await answerTo(user.email, long)).toBe('done')
})
