import { simpleParser } from 'mailparser'
import { beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { activate, activationLink, inviteAdded, liveActivation } from '@/domain/accounts/activation'
import { readPasswordReset, resetLink, resetPassword, sendResetLink } from '@/domain/accounts/password-reset'
import { changePassword } from '@/domain/accounts/profile'
import { createAdministrator, setUp, setupToken } from '@/domain/accounts/setup'
import { signIn } from '@/domain/accounts/sign-in'
import { origin, password, twoTenants, userOf } from '@/domain/accounts/testing/people'
import { changeUser } from '@/domain/accounts/user-change'
import { addUser } from '@/domain/accounts/users'
import { compose } from '@/domain/outbox/compose'
import { mailsTo } from '@/domain/outbox/testing/worker'
import { nobody } from '@/domain/viewer'
import { accentOf } from '@/lib/accent'
import { setClockAhead } from '@/lib/clock'
import { db, transaction } from '@/lib/db'
import { ChangedMeanwhile } from '@/lib/meanwhile'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import {
  changeSettings,
  factsOf,
  type Installation,
  InstallationFields,
  installationDefaults,
  readInstallation,
  readSettings,
} from './installation'

useTestDatabase()
let world: Awaited<ReturnType<typeof twoTenants>>

beforeEach(async () => {
  world = await twoTenants()
})

const set = (change: Partial<Installation>) =>
  changeSettings(world.root, { ...installationDefaults, ...change })

const tokenIn = (link: string) => link.split('/').at(-1) ?? ''

/** What the only mail to an address says. */
async function mailTo(email: string) {
  const [mail] = await mailsTo(email)
  return simpleParser((await compose(mail!, { mailFrom: 'noreply@example.org', replyTo: null })).raw)
}

const sam = {
  email: 'sam@example.org',
  firstName: 'Sam',
  lastName: '',
  role: 'system_administrator' as const,
  tenantId: null,
  customerId: null,
  locale: 'en',
  sendActivation: true,
}

describe('the settings', () => {
  it('are the usual ones until somebody changes them, and that is recorded', async () => {
    expect(await readInstallation()).toEqual(installationDefaults)
    await set({ name: 'Acme Mail', minimumLength: 12 })
    expect(await readSettings(world.root)).toEqual({
      ...installationDefaults,
      name: 'Acme Mail',
      minimumLength: 12,
    })
    expect(await db().auditEvent.findMany({ where: { action: 'settings.changed' } })).toMatchObject([
      {
        actor: world.root.email,
        subject: 'settings',
        before: { name: 'Latchkey', minimumLength: '8' },
        after: { name: 'Acme Mail', minimumLength: '12' },
      },
    ])
  })

  it('that are the same as before are no change', async () => {
    await set({})
    expect(await db().auditEvent.count({ where: { action: 'settings.changed' } })).toBe(0)
  })

  it('are not saved over a newer change without a word', async () => {
    const opened = factsOf(installationDefaults)
    await set({ name: 'Acme Mail' })
    const mine = { ...installationDefaults, name: 'My Mail', activationHours: 24 }
    const saving = changeSettings(world.root, mine, opened)
    await expect(saving).rejects.toBeInstanceOf(ChangedMeanwhile)
    await expect(saving).rejects.toMatchObject({ changed: ['name'], current: { name: 'Acme Mail' } })
    await changeSettings(world.root, mine, factsOf(await readInstallation()))
    expect(await readInstallation()).toEqual(mine)
  })
})

const fields = z.object(InstallationFields)
const typed = { ...factsOf(installationDefaults) }

it.each([
  ['name', '  ', 'name-required'],
  ['name', 'x'.repeat(61), 'installation-name-long'],
  ['name', 'www.example.org', 'name-link'],
  ['name', 'Acme\nMail', 'name-invalid'],
  ['supportAddress', 'help', 'email-invalid'],
  ['locale', 'tlh', expect.any(String)],
  ['minimumLength', '7', 'minimum-length'],
  ['minimumLength', '129', 'minimum-length'],
  ['minimumLength', 'eight', 'minimum-length'],
  ['activationHours', '0.24', 'lifetime-hours'],
  ['activationHours', '720.1', 'lifetime-hours'],
  ['resetHours', '-1', 'lifetime-hours'],
  ['accent', 'blue', 'colour-invalid'],
  ['sessionIdleHours', '0', 'session-idle-hours'],
  ['sessionIdleHours', '721', 'session-idle-hours'],
  ['sessionDays', '0', 'session-days'],
  ['sessionDays', '31', 'session-days'],
  ['signInAs', 'perhaps', expect.any(String)],
])('%s cannot be %j', (field, value, message) => {
  const { error } = fields.safeParse({ ...typed, [field]: value })
  expect(error?.issues).toMatchObject([{ path: [field], message }])
})

it('what is typed is read, and no support address is none', () => {
  const full = { ...typed, name: ' Acme ', supportAddress: ' <help@example.org> ', minimumLength: ' 128 ' }
  expect(fields.parse(full)).toMatchObject({
    name: 'Acme',
    supportAddress: 'help@example.org',
    minimumLength: 128,
  })
  expect(fields.parse(typed)).toEqual(installationDefaults)
})

describe('the minimum length', () => {
  it('holds wherever a password is chosen, and says the number at the field', async () => {
    await set({ minimumLength: 12 })
    const { root, acme } = world
    const short = 'eleven sign'
    const activation = tokenIn(await activationLink(root, acme.pending.id))
    const reset = tokenIn(await resetLink(root, acme.user.id))
    await expect(activate(activation, short, origin)).rejects.toMatchObject({
      code: 'password-short',
      options: { field: 'password', values: { length: 12 } },
    })
    expect(await refusalOf(resetPassword(reset, short, origin))).toBe('password-short')
    await expect(changePassword(acme.userViewer, password, short)).rejects.toMatchObject({
      code: 'password-short',
      options: { field: 'newPassword' },
    })
    const administrator = { email: 'sam@example.org', password: short }
    expect(await refusalOf(createAdministrator(administrator, nobody('')))).toBe('password-short')
    expect(await refusalOf(activate(activation, `${short}s`, origin))).toBe('done')
  })

  it('counts as people see it', async () => {
    const activation = tokenIn(await activationLink(world.root, world.acme.pending.id))
    expect(await refusalOf(activate(activation, 'abcdefu\u0308', origin))).toBe('password-short')
    expect(await refusalOf(activate(activation, '🔑🔑🔑🔑', origin))).toBe('password-short')
    expect(await refusalOf(activate(activation, 'abcdefgu\u0308', origin))).toBe('done')
  })

  it('leaves the passwords alone that are there', async () => {
    await set({ minimumLength: 128 })
    expect(await refusalOf(signIn(world.acme.user.email, password, origin))).toBe('done')
  })

  it('holds for the first administrator', async () => {
    await set({ minimumLength: 12 })
    await db().user.updateMany({
      where: { role: 'system_administrator' },
      data: { role: 'customer_user', ...{ tenantId: world.acme.id, customerId: world.acme.customerId } },
    })
    const token = (await setupToken()) ?? ''
    const first = { email: 'sam@example.org', password: 'eleven sign' }
    expect(await refusalOf(setUp(token, first, origin))).toBe('password-short')
  })
})

it('an activation link lives as long as is set when it is made', async () => {
  const { root, acme, other } = world
  await activationLink(root, other.pending.id)
  await set({ activationHours: 1 })
  await activationLink(root, acme.pending.id)
  await addUser(root, sam)
  expect((await mailTo(sam.email)).text).toContain('valid for 1 hour')
  setClockAhead(61 * 60_000)
  expect(await liveActivation(root, acme.pending.id)).toBeNull()
  expect(await liveActivation(root, other.pending.id)).not.toBeNull()
})

it('an older node beside goes on with full hours, and what it changes counts', async () => {
  await set({ activationHours: 0.25 })
  const row = () => db().installation.findUniqueOrThrow({ where: { id: 1 } })
  expect(await row()).toMatchObject({ activationHours: 1, activationMinutes: 15 })
  // It saves something else, and knows of the hours alone.
  await db().installation.update({ where: { id: 1 }, data: { name: 'Older', activationHours: 1 } })
  expect(await readInstallation()).toMatchObject({ name: 'Older', activationHours: 0.25 })
  await db().installation.update({ where: { id: 1 }, data: { activationHours: 24 } })
  expect(await readInstallation()).toMatchObject({ activationHours: 24, resetHours: 1 })
})

it('a reset link lives as long as is set when it is made', async () => {
  const { root, acme } = world
  await set({ resetHours: 0.25 })
  await sendResetLink(root, acme.user.id)
  expect((await mailTo(acme.user.email)).text).toContain('valid for 15 minutes')
  const token = tokenIn(await resetLink(root, acme.user.id))
  setClockAhead(14 * 60_000)
  expect((await readPasswordReset(token)).dead).toBeNull()
  setClockAhead(15 * 60_000 + 1_000)
  expect((await readPasswordReset(token)).dead).toBe('expired')
})

it('a mail is not sent where its reader would have no time left to use its link', async () => {
  const { root, acme, other } = world
  await set({ resetHours: 0.25 })
  await sendResetLink(root, acme.user.id)
  await set({ resetHours: 24 })
  await sendResetLink(root, other.user.id)
  const lives = async (email: string) => {
    const [mail] = await mailsTo(email)
    return Math.round((mail!.expiresAt.getTime() - mail!.createdAt.getTime()) / 1_000)
  }
  expect(await lives(acme.user.email)).toBe(13.5 * 60)
  expect(await lives(other.user.email)).toBe(24 * 3600 - 5 * 60)
})

it('of an invitation that leaves later it says for how long its link works from then', async () => {
  await set({ activationHours: 0.25 })
  const { root, acme } = world
  await transaction(async tx => {
    const pending = await tx.user.findUniqueOrThrow({ where: { id: acme.pending.id } })
    await inviteAdded(tx, root, [pending], () => 2 * 3600)
  })
  expect((await mailTo(acme.pending.email)).text).toContain('valid for 15 minutes')
})

it('who is made at the machine gets the default language', async () => {
  await set({ locale: 'de' })
  await createAdministrator({ email: sam.email, password }, nobody(''))
  expect(await userOf(sam.email)).toMatchObject({ locale: 'de' })
})

describe('mails', () => {
  it('come from the installation by its name, and say where to find help', async () => {
    await set({ name: 'Zentrale & Söhne', supportAddress: 'help@example.org' })
    await addUser(world.root, sam)
    const { subject, text, html } = await mailTo(sam.email)
    expect(subject).toContain('created an account for you at Zentrale & Söhne')
    expect(text).toContain('Questions? Write to help@example.org.')
    expect(html).toContain('Zentrale &amp; Söhne')
  })

  it('have the accent colour that was set when they were queued', async () => {
    await set({ accent: '#ffd400' })
    await addUser(world.root, sam)
    await set({ accent: '#0b5fa5' })
    const { html } = await mailTo(sam.email)
    const { light, dark } = accentOf('#ffd400')
    expect(html).toContain(`background-color:${light.fill};color:#000000`)
    expect(html).toContain(`class="muted" style="color:${light.ink};`)
    expect(html).toContain(
      `.button { background-color: ${dark.fill} !important; color: #000000 !important; }`,
    )
    expect(html).not.toMatch(/#4650c3|#0b5fa5|mark-of/)
  })

  it('to people of a tenant come from that, and nobody is asked where there is no such address', async () => {
    await set({ name: 'Zentrale' })
    const { acme } = world
    await addUser(world.root, {
      ...sam,
      role: 'customer_user',
      tenantId: acme.id,
      customerId: acme.customerId,
    })
    const { subject, text } = await mailTo(sam.email)
    expect(subject).toContain('at Acme')
    expect(text).not.toMatch(/Zentrale|Questions/)
  })

  it('stay as they were queued, but for those of whoever moves to no tenant', async () => {
    await set({ name: 'Before' })
    await addUser(world.root, sam)
    await set({ name: 'Zentrale', supportAddress: 'help@example.org' })
    const { subject, text } = await mailTo(sam.email)
    expect(subject).toContain('at Before')
    expect(text).not.toContain('help@example.org')

    const { id } = await addUser(world.root, {
      ...sam,
      email: 'tom@example.org',
      role: 'tenant_administrator',
      tenantId: world.acme.id,
    })
    await changeUser(world.root, id, {
      ...sam,
      role: 'system_administrator',
    })
    expect((await mailTo('tom@example.org')).subject).toContain('at Zentrale')
  })
})
