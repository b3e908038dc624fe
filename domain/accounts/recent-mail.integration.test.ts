// Asking for the same mail again, within a minute and later.
import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { tokenOf } from '@/domain/links/link-token'
import { mailsTo } from '@/domain/outbox/testing/worker'
import { viewer } from '@/domain/testing/viewers'
import type { User } from '@/generated/prisma/client'
import { inMinutes, setClockAhead } from '@/lib/clock'
import { db } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { resendActivation } from './activation'
import { cancelEmailChange, pendingEmailChange, requestEmailChange } from './email-change'
import { answerLinkRequest, resetPassword, sendResetLink } from './password-reset'
import { origin, password, person, signedIn } from './testing/people'
import { addUser } from './users'

useTestDatabase()
const root = viewer()
const address = '192.0.2.7'
let anna: User
let pending: User

beforeEach(async () => {
  anna = await person({ email: 'anna@example.org' })
  pending = await person({ email: 'pending@example.org', state: 'pending' })
})

const ask = (email = anna.email) => answerLinkRequest({ email, address })
const events = (action: string) => db().auditEvent.findMany({ where: { action }, orderBy: { at: 'asc' } })
const tokensOf = ({ id }: User) => db().linkToken.count({ where: { userId: id } })

describe('the same mail asked for twice within a minute', () => {
  it('is one mail with one link, and the second request is told at it', async () => {
    await ask()
    setClockAhead(50_000)
    await ask('ANNA@example.org')
    const [mail, ...others] = await mailsTo(anna.email)
    expect(others).toEqual([])
    expect(await tokensOf(anna)).toBe(1)
    expect(await events('mail.merged')).toMatchObject([
      {
        subjectType: 'outbound-mail',
        subjectId: mail?.id,
        subject: anna.email,
        tenantId: anna.tenantId,
        actor: anna.email,
        address,
      },
    ])
    expect(await events('password-reset.sent')).toHaveLength(1)
  })

  it('is one mail when all ask at the same instant', async () => {
    await Promise.all(Array.from({ length: 5 }, () => ask()))
    await Promise.all(Array.from({ length: 5 }, () => resendActivation(root, pending.id)))
    expect(await mailsTo(anna.email)).toHaveLength(1)
    expect(await mailsTo(pending.email)).toHaveLength(1)
    expect(await db().linkToken.count()).toBe(2)
    expect(await events('mail.merged')).toHaveLength(8)
  })

  it('is one mail whoever asks, and an administrator is told', async () => {
    expect(await sendResetLink(root, anna.id)).toBe('queued')
    expect(await sendResetLink(root, anna.id)).toBe('merged')
    await ask()
    expect(await mailsTo(anna.email)).toHaveLength(1)
    expect(await resendActivation(root, pending.id)).toBe('queued')
    await ask(pending.email)
    expect(await resendActivation(root, pending.id)).toBe('merged')
    expect(await mailsTo(pending.email)).toHaveLength(1)
  })

  it('is another mail after the one that came with the account, which nobody had asked for', async () => {
    const eve = await addUser(root, {
      email: 'eve@example.org',
      firstName: '',
      lastName: '',
      role: 'system_administrator',
      tenantId: null,
      customerId: null,
      locale: 'en',
      sendActivation: true,
    })
    expect(await resendActivation(root, eve.id)).toBe('queued')
    expect(await resendActivation(root, eve.id)).toBe('merged')
    expect(await mailsTo(eve.email)).toMatchObject([{ state: 'cancelled', cause: 'replaced' }, {}])
  })

  it('is one mail also for a new address, and another for another address', async () => {
    const own = await signedIn(anna)
    await requestEmailChange(own, 'new@example.org', password)
    await requestEmailChange(own, 'new@example.org', password)
    expect(await mailsTo('new@example.org')).toMatchObject([{ state: 'queued' }])
    await requestEmailChange(own, 'newer@example.org', password)
    expect(await mailsTo('newer@example.org')).toMatchObject([{ state: 'queued' }])
    expect(await mailsTo('new@example.org')).toMatchObject([{ state: 'cancelled' }])
    // The link to the first has been replaced meanwhile.
    await requestEmailChange(own, 'new@example.org', password)
    expect(await mailsTo('new@example.org')).toHaveLength(2)
    await cancelEmailChange(own)
    await requestEmailChange(own, 'new@example.org', password)
    expect(await mailsTo('new@example.org')).toHaveLength(3)
    expect(await pendingEmailChange(own)).toMatchObject({ newEmail: 'new@example.org' })
  })

  it('is another mail with the same link after a minute, once the first has gone', async () => {
    await ask()
    setClockAhead(61_000)
    await ask()
    expect(await mailsTo(anna.email)).toHaveLength(1)
    await db().outboundMail.updateMany({ data: { state: 'sent' } })
    await ask()
    const [first, second] = await mailsTo(anna.email)
    expect(second).toMatchObject({ state: 'queued', linkTokenId: first?.linkTokenId })
    expect(second?.expiresAt).toEqual(first?.expiresAt)
    expect(await tokensOf(anna)).toBe(1)
  })

  it.each(['failed', 'cancelled'] as const)('is another mail when the first one has %s', async state => {
    await ask()
    await db().outboundMail.updateMany({ data: { state } })
    await ask()
    expect(await mailsTo(anna.email)).toHaveLength(2)
  })

  it('is another mail when the link has been used', async () => {
    await ask()
    const token = tokenOf(await db().linkToken.findFirstOrThrow({ where: { userId: anna.id } }))
    await resetPassword(token, 'another good password', origin)
    await ask()
    const resets = (await mailsTo(anna.email)).filter(({ kind }) => kind === 'password-reset')
    expect(resets).toHaveLength(2)
  })
})

describe('a link that somebody asks for again', () => {
  const sent = () => db().outboundMail.updateMany({ data: { state: 'sent' } })
  const links = async (email: string) => (await mailsTo(email)).map(({ linkTokenId }) => linkTokenId)

  it.each([
    ['reset', 'anna@example.org', 60],
    ['activation', 'pending@example.org', 72 * 60],
  ])('stays the same while a quarter of the life of a %s link is left', async (_, email, minutes) => {
    await ask(email)
    await sent()
    setClockAhead(minutes * 0.74 * 60_000)
    await ask(email)
    await sent()
    const [first, second] = await links(email)
    expect(second).toBe(first)
    setClockAhead(minutes * 0.76 * 60_000)
    await ask(email)
    const third = (await links(email)).at(-1)
    expect(third).not.toBe(first)
    expect(await db().linkToken.findUnique({ where: { id: first! } })).toMatchObject({
      revokedAs: 'replaced',
    })
  })

  it('stays the same for a new address too, and its owner loses nothing', async () => {
    const own = await signedIn(anna)
    await requestEmailChange(own, 'new@example.org', password)
    await sent()
    setClockAhead(10 * 60_000)
    await requestEmailChange(own, 'new@example.org', password)
    const [first, second] = await links('new@example.org')
    expect(second).toBe(first)
  })

  it('is a new one when an administrator resends it', async () => {
    await ask(pending.email)
    await sent()
    setClockAhead(61_000)
    expect(await resendActivation(root, pending.id)).toBe('queued')
    const [first, second] = await links(pending.email)
    expect(second).not.toBe(first)
  })

  it('is mailed once for a request that is handed out twice', async () => {
    const id = randomUUID()
    await answerLinkRequest({ email: anna.email, address }, id)
    await sent()
    setClockAhead(10 * 60_000)
    await answerLinkRequest({ email: anna.email, address }, id)
    expect(await mailsTo(anna.email)).toMatchObject([{ id }])
  })
})

describe('a request that the rate limit refuses', () => {
  it('is told at the mail that it asked for once more', async () => {
    for (let request = 0; request < 7; request++) {
      setClockAhead(request * 61_000)
      await ask()
    }
    const newest = (await mailsTo(anna.email)).at(-1)
    const limited = await events('mail.limited')
    expect(limited).toMatchObject([{ subjectId: newest?.id, count: 2 }])
    expect(await events('password-reset.limited')).toMatchObject([
      { subjectType: 'user', subjectId: anna.id, address, count: 2 },
    ])
  })

  it('is told at no mail when there is none from the last hour, nor for an unknown address', async () => {
    await ask()
    setClockAhead(61 * 60_000)
    await db().rateLimit.updateMany({ data: { points: 100, expiresAt: inMinutes(60) } })
    await ask()
    expect(await events('password-reset.limited')).toHaveLength(1)
    expect(await events('mail.limited')).toHaveLength(0)
    for (let request = 0; request < 6; request++) await ask('nobody@example.org')
    expect(await events('mail.limited')).toHaveLength(0)
    expect(await mailsTo(anna.email)).toHaveLength(1)
  })
})
