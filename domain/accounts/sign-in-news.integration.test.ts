import { simpleParser } from 'mailparser'
import { beforeEach, describe, expect, it } from 'vitest'
import { cleanUp } from '@/domain/outbox/clean-up-hourly'
import { compose } from '@/domain/outbox/compose'
import { mailsTo } from '@/domain/outbox/testing/worker'
import { nobody } from '@/domain/viewer'
import { setClockAhead } from '@/lib/clock'
import { db } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { activate, activationLink } from './activation'
import { confirmEmailChange, requestEmailChange } from './email-change'
import { markDevice } from './known-device'
import { readNotMe, resetAsNotMe, resetPassword } from './password-reset'
import { changePassword } from './profile'
import { viewerOf } from './session'
import { signIn, unlock } from './sign-in'
import { tellSlowed } from './sign-in-news'
import { origin, password, person, signedIn, twoTenants } from './testing/people'

useTestDatabase()

const hour = 3_600_000
const phone = {
  address: '198.51.100.9',
  device: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1',
}
const at = (address: string, device = phone.device) => ({ address, device })
const next = 'another good password'

const mailsOf = async (email: string, kind: string) =>
  (await mailsTo(email)).filter(mail => mail.kind === kind)
const told = (email: string) => mailsOf(email, 'new-device')
const parsed = async (mail: Awaited<ReturnType<typeof mailsTo>>[number]) =>
  simpleParser((await compose(mail, { mailFrom: 'noreply@example.org', replyTo: null })).raw)

/** The token of the link in the newest of some mails. */
async function tokenIn(mails: Awaited<ReturnType<typeof mailsTo>>): Promise<string> {
  const { text = '' } = await parsed(mails.at(-1)!)
  return /\/not-me\/([\w-]{43})/.exec(text)?.[1] ?? ''
}

/** Somebody who has signed in before, in a browser that shows it. */
async function anna(locale = 'en') {
  const user = await person({ email: 'anna@example.org', locale })
  const viewer = await signedIn(user)
  const twoHoursAgo = new Date(Date.now() - 2 * hour)
  await db().session.updateMany({ where: { userId: user.id }, data: { createdAt: twoHoursAgo } })
  const known = { ...origin, marks: [markDevice(user.id)] }
  return { user, viewer, known }
}

describe('a sign-in from a new device', () => {
  it('is told, with where it was and a link', async () => {
    const { user } = await anna()
    await signIn(user.email, password, phone)
    const [mail] = await told(user.email)
    const { text, subject } = await parsed(mail!)
    expect(subject).toContain('New sign-in')
    expect(text).toContain('with Safari on iPhone, from the address 198.51.100.9')
    expect(text).toContain('/not-me/')
    expect(text).toContain('valid for 7 days')
  })

  it('is told in the language of the person', async () => {
    const { user } = await anna('de')
    await signIn(user.email, password, at('2001:db8::1', 'pay.example.net/now'))
    const { text } = await parsed((await told(user.email))[0]!)
    expect(text).toContain('mit einem unbekannten Browser, von der Adresse 2001:db8::1')
    expect(text).not.toContain('pay.example')
  })

  it('is not told of a browser that the account is known in, nor to whoever has just activated it', async () => {
    const { user, known } = await anna()
    await signIn(user.email, password, known)
    expect(await told(user.email)).toEqual([])
    const { root, acme } = await twoTenants()
    const link = await activationLink(root, acme.pending.id)
    await activate(link.split('/').at(-1) ?? '', password, phone)
    await signIn(acme.pending.email, password, at('203.0.113.7'))
    const first = await person({ email: 'first@example.org' })
    await signIn(first.email, password, phone)
    expect(await told(acme.pending.email)).toEqual([])
    expect(await told(first.email)).toEqual([])
  })

  it('is not told to a demo account', async () => {
    const { user } = await anna()
    await db().user.update({ where: { id: user.id }, data: { demo: true } })
    await signIn(user.email, password, phone)
    expect(await told(user.email)).toEqual([])
  })

  it('is told three times a day at most, and once of the same browser in the same network', async () => {
    const { user } = await anna()
    for (let time = 0; time < 3; time++) await signIn(user.email, password, phone)
    expect(await told(user.email)).toHaveLength(1)
    for (const network of [1, 2, 3, 4]) await signIn(user.email, password, at(`203.0.113.${network}`))
    expect(await told(user.email)).toHaveLength(3)
    setClockAhead(25 * hour)
    await signIn(user.email, password, phone)
    expect(await told(user.email)).toHaveLength(3)
    await signIn(user.email, password, at('192.0.2.200'))
    expect(await told(user.email)).toHaveLength(4)
  })

  it('is told again once there is another password', async () => {
    const { user, viewer } = await anna()
    await signIn(user.email, password, phone)
    setClockAhead(1000)
    await changePassword(viewer, password, next)
    await signIn(user.email, next, phone)
    expect(await told(user.email)).toHaveLength(2)
  })

  it('is not told where nobody got in', async () => {
    const { user } = await anna()
    expect(await refusalOf(signIn(user.email, 'wrong', phone))).toBe('sign-in-failed')
    expect(await told(user.email)).toEqual([])
  })
})

describe('guesses that are slowed down', () => {
  const guess = async (email: string, address = phone.address) => {
    for (let time = 0; time < 11; time++) await refusalOf(signIn(email, 'wrong', at(address)))
  }
  const slowed = (email: string) => mailsOf(email, 'sign-in-slowed')
  const tell = () => tellSlowed(() => true)

  it('are told within the hour, once a day, behind all other mails', async () => {
    const { user } = await anna()
    await guess(user.email)
    expect(await tell()).toBe(1)
    expect(await tell()).toBe(0)
    setClockAhead(2 * hour)
    await guess(user.email)
    expect(await tell()).toBe(0)
    const mails = await slowed(user.email)
    expect(mails).toMatchObject([{ rank: 3, requestedBy: null }])
    expect((await parsed(mails[0]!)).text).toContain('so often that further attempts are slowed down')
    setClockAhead(26 * hour)
    await guess(user.email)
    expect(await tell()).toBe(1)
  })

  it('are not told where there were few, where nobody has an account, and where it is not in use', async () => {
    const { user } = await anna()
    for (let time = 0; time < 5; time++) await refusalOf(signIn(user.email, 'wrong', phone))
    await guess('nobody@example.org')
    await guess((await person({ email: 'off@example.org', state: 'disabled' })).email, '203.0.113.1')
    await guess((await person({ email: 'new@example.org', state: 'pending' })).email, '203.0.113.2')
    expect(await tell()).toBe(0)
  })

  it('are told to a few people an hour, however many are guessed at', async () => {
    const users = await Promise.all(
      Array.from({ length: 60 }, (_, index) => person({ email: `p${index}@example.org` })),
    )
    await db().auditEvent.createMany({
      data: users.map(({ id, email }) => ({
        ...{ action: 'sign-in.limited', subjectType: 'user', subjectId: id, subject: email },
      })),
    })
    expect([await tell(), await tell(), await tell()]).toEqual([50, 10, 0])
  })
})

describe('the link “This was not me”', () => {
  let user: Awaited<ReturnType<typeof anna>>['user']
  let viewer: Awaited<ReturnType<typeof anna>>['viewer']
  let stranger: string
  let token: string

  beforeEach(async () => {
    ;({ user, viewer } = await anna())
    stranger = (await signIn(user.email, password, phone)).token
    token = await tokenIn(await told(user.email))
  })

  it('ends all sessions and sets a new password, once', async () => {
    await resetAsNotMe(token, next, origin)
    expect(await viewerOf(stranger, '')).toBeNull()
    expect(await refusalOf(signIn(user.email, password, phone))).toBe('sign-in-failed')
    expect(await refusalOf(signIn(user.email, next, origin))).toBe('done')
    expect(await refusalOf(resetAsNotMe(token, 'a third good password', origin))).toBe('link-used')
    const actions = (await db().auditEvent.findMany()).map(({ action }) => action)
    expect(actions).toEqual(expect.arrayContaining(['sign-in.disowned', 'password.reset']))
  })

  it('does nothing by being opened, nor with a password that will not do', async () => {
    expect((await readNotMe(token)).dead).toBeNull()
    expect(await refusalOf(resetAsNotMe(token, 'short', origin))).toBe('password-short')
    expect(await viewerOf(stranger, '')).not.toBeNull()
  })

  it('still works after whoever got in has changed the password', async () => {
    const thief = (await viewerOf(stranger, ''))!
    await changePassword(thief, password, next)
    expect(await refusalOf(resetAsNotMe(token, 'a third good password', origin))).toBe('done')
    expect(await refusalOf(signIn(user.email, next, phone))).toBe('sign-in-failed')
  })

  it('is another link than that of a reset, and ends with a reset', async () => {
    expect(await refusalOf(resetPassword(token, next, origin))).toBe('link-unknown')
    expect((await readNotMe('x'.repeat(43))).dead).toBe('unknown')
  })

  it('ends after seven days, and with the address that it went to', async () => {
    setClockAhead(6.9 * 24 * hour)
    expect((await readNotMe(token)).dead).toBeNull()
    setClockAhead(7.1 * 24 * hour)
    expect((await readNotMe(token)).dead).toBe('expired')
    setClockAhead(0)
    await requestEmailChange(viewer, 'new@example.org', password)
    const [mail] = await mailsOf('new@example.org', 'confirm-new-email')
    const confirm = /\/confirm-email\/([\w-]{43})/.exec((await parsed(mail!)).text ?? '')?.[1] ?? ''
    await confirmEmailChange(viewer, confirm)
    expect((await readNotMe(token)).dead).toBe('withdrawn')
  })

  it('stays the same in the next mail, so that none makes another worthless', async () => {
    await signIn(user.email, password, at('203.0.113.1'))
    expect(await tokenIn(await told(user.email))).toBe(token)
  })

  it('lets the owner in again whose guesses were slowed', async () => {
    for (let time = 0; time < 11; time++) await refusalOf(signIn(user.email, 'wrong', phone))
    await cleanUp({ slowedSignIns: tellSlowed }, () => true)
    expect(await mailsOf(user.email, 'sign-in-slowed')).toHaveLength(1)
    await resetAsNotMe(token, next, origin)
    expect(await unlock(user.email, nobody(''))).toBe(0)
  })
})
