import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectMailServer } from '@/domain/mail-server/testing/settings'
import { mailsTo, read, sendWaiting, startTestWorker } from '@/domain/outbox/testing/worker'
import { type SmtpSink, startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import type { Viewer } from '@/domain/viewer'
import { setClockAhead } from '@/lib/clock'
import { db } from '@/lib/db'
import { dump, testAppUrl, useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { activate, activationLink, readActivation, resendActivation } from './activation'
import { readEmailChange } from './email-change'
import { readPasswordReset, resetPassword } from './password-reset'
import { viewerOf } from './session'
import { signIn } from './sign-in'
import { administrator, origin, password, userOf } from './testing/people'
import { addUser, deleteUser, disableUser, type NewUser } from './users'

const test = useTestDatabase()
let root: Viewer
let sink: SmtpSink
const hours = 60 * 60_000

beforeEach(async () => {
  root = await administrator()
  sink = await startSmtpSink()
})
afterEach(() => sink.close())

const anna: NewUser = {
  email: 'Anna@Example.org',
  firstName: 'Anna',
  lastName: 'Arendt',
  role: 'system_administrator',
  tenantId: null,
  customerId: null,
  locale: 'en',
  sendActivation: true,
}
const linkToken = async (userId: string) => (await activationLink(root, userId)).split('/').pop()!

describe('an invited user', () => {
  it('gets a mail, follows its link, chooses a password and is signed in', async () => {
    await connectMailServer(root, sink)
    await startTestWorker(test.database)
    const arrived = sink.waitForMail()
    await addUser(root, anna)
    const received = await arrived
    expect(received.to).toEqual(['Anna@example.org']) // a domain has no letter case
    const { link, token } = await read(received.raw)
    expect(link).toBe(`${testAppUrl}/activate/${token}`)
    expect((await readActivation(token)).live?.user?.email).toBe('Anna@Example.org')
    const news = sink.waitForMail()
    const { token: session } = await activate(token, password, origin)
    expect(await viewerOf(session, '')).toMatchObject({ email: 'Anna@Example.org' })
    expect((await read((await news).raw)).mail.to).toMatchObject({ text: 'Anna@example.org' })
    expect(await refusalOf(signIn('anna@example.org', password, origin))).toBe('done')
    expect(await refusalOf(activate(token, password, origin))).toBe('link-used')
  })

  it('stays when the mail cannot be sent, and the link can be handed over', async () => {
    await connectMailServer(root, sink)
    sink.options.refuse = { 'rcpt-to': { code: 550, text: '5.1.1 no such user' } }
    const user = await addUser(root, anna)
    await sendWaiting()
    expect(await mailsTo(anna.email)).toMatchObject([{ state: 'failed', cause: 'recipient-rejected' }])
    expect(await userOf(anna.email)).toMatchObject({ state: 'pending' })
    expect(await refusalOf(activate(await linkToken(user.id), password, origin))).toBe('done')
  })

  it('stays while there is no mail server at all', async () => {
    await addUser(root, anna)
    await sendWaiting()
    expect(await mailsTo(anna.email)).toMatchObject([
      { state: 'deferred', cause: 'no-mail-server', attempts: 0 },
    ])
    expect(await userOf(anna.email)).toMatchObject({ state: 'pending' })
  })

  it('is shown the very link that was mailed', async () => {
    await connectMailServer(root, sink)
    const user = await addUser(root, anna)
    await sendWaiting()
    expect(await activationLink(root, user.id)).toBe((await read(sink.mails[0]!.raw)).link)
  })

  it('cannot take their address as the password', async () => {
    const user = await addUser(root, { ...anna, sendActivation: false })
    const token = await linkToken(user.id)
    expect(await refusalOf(activate(token, 'ANNA@example.ORG', origin))).toBe('password-is-email')
    expect(await refusalOf(activate(token, password, origin))).toBe('done')
  })
})

describe('an activation link', () => {
  it('is replaced by a newer one, and the mail that still carried it is withdrawn', async () => {
    const user = await addUser(root, anna)
    const first = await linkToken(user.id)
    setClockAhead(61_000)
    await resendActivation(root, user.id)
    const second = await linkToken(user.id)
    expect(second).not.toBe(first)
    expect(await mailsTo(anna.email)).toMatchObject([
      { state: 'cancelled', cause: 'replaced' },
      { state: 'queued', cause: null },
    ])
    expect(await refusalOf(activate(first, password, origin))).toBe('link-replaced')
    expect(await refusalOf(activate(second, password, origin))).toBe('done')
  })

  it('is one only, also when two administrators send it at the same instant', async () => {
    const user = await addUser(root, { ...anna, sendActivation: false })
    await Promise.all(Array.from({ length: 6 }, () => resendActivation(root, user.id)))
    const live = await db().linkToken.count({ where: { userId: user.id, revokedAt: null } })
    expect(live).toBe(1)
  })

  it('says which kind of dead it is', async () => {
    const user = await addUser(root, anna)
    const token = await linkToken(user.id)
    setClockAhead(71.9 * hours)
    expect((await readActivation(token)).dead).toBeNull()
    setClockAhead(72.1 * hours)
    expect((await readActivation(token)).dead).toBe('expired')
    expect(await refusalOf(activate(token, password, origin))).toBe('link-expired')
    setClockAhead(0)
    await activate(token, password, origin)
    expect((await readActivation(token)).dead).toBe('used')
    setClockAhead(100 * hours)
    expect((await readActivation(token)).dead).toBe('used')
    expect((await readActivation('never-issued')).dead).toBe('unknown')
    expect((await readActivation('')).dead).toBe('unknown')
  })

  it('is good for nothing else', async () => {
    const user = await addUser(root, anna)
    const token = await linkToken(user.id)
    expect((await readPasswordReset(token)).dead).toBe('unknown')
    expect((await readEmailChange(token)).dead).toBe('unknown')
    expect(await refusalOf(resetPassword(token, password, origin))).toBe('link-unknown')
    expect((await readActivation(token)).dead).toBeNull()
  })

  it('dies with its account, and the mail with it', async () => {
    const user = await addUser(root, anna)
    const token = await linkToken(user.id)
    await disableUser(root, user.id)
    expect((await readActivation(token)).dead).toBe('withdrawn')
    expect(await refusalOf(activate(token, password, origin))).toBe('link-withdrawn')
    expect(await mailsTo(anna.email)).toMatchObject([{ state: 'cancelled' }])
    const other = await addUser(root, { ...anna, email: 'ben@example.org' })
    const othersToken = await linkToken(other.id)
    await deleteUser(root, other.id)
    expect((await readActivation(othersToken)).dead).toBe('withdrawn')
    expect(await mailsTo('ben@example.org')).toMatchObject([{ state: 'cancelled', cause: 'withdrawn' }])
  })

  it.each(['.', ',', ')', '>', '>.', '"', '%3E', '\u2069', '/'])(
    'works with %j behind it, which belongs to the sentence around it',
    async sign => {
      const token = await linkToken((await addUser(root, anna)).id)
      expect((await readActivation(`${token}${sign}`)).dead).toBeNull()
      expect((await readActivation(token.slice(0, -1))).dead).toBe('unknown')
      expect(await refusalOf(activate(`${token}${sign}`, password, origin))).toBe('done')
    },
  )

  it('is won by exactly one of two who use it at the same instant', async () => {
    for (let round = 0; round < 20; round++) {
      const email = `anna${round}@example.org`
      const user = await addUser(root, { ...anna, email, sendActivation: false })
      const token = await linkToken(user.id)
      const passwords = ['the password of one', 'the password of two']
      const answers = await Promise.all(passwords.map(one => refusalOf(activate(token, one, origin))))
      expect([...answers].sort()).toEqual(['done', 'link-used'])
      const winner = passwords[answers.indexOf('done')]!
      expect(await refusalOf(signIn(email, winner, origin))).toBe('done')
      expect(await mailsTo(email)).toHaveLength(1)
    }
  })

  it('changes nothing while it is only looked at', async () => {
    const user = await addUser(root, anna)
    const token = await linkToken(user.id)
    const before = await dump()
    for (const read of [readActivation, readPasswordReset, readEmailChange])
      for (const one of [token, 'never-issued']) await read(one)
    expect(await dump()).toBe(before)
  })
})
