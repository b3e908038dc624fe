import { beforeEach, describe, expect, it } from 'vitest'
import { tokenOf } from '@/domain/links/link-token'
import { mailsTo } from '@/domain/outbox/testing/worker'
import { nobody } from '@/domain/viewer'
import type { User } from '@/generated/prisma/client'
import { setClockAhead } from '@/lib/clock'
import { db } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { readActivation } from './activation'
import { requestEmailChange } from './email-change'
import {
  answerLinkRequest,
  readPasswordReset,
  requestLink,
  resetLink,
  resetLinkToken,
  resetPassword,
  sendResetLink,
} from './password-reset'
import { viewerOf } from './session'
import { signIn } from './sign-in'
import { administrator, origin, password, person, signedIn } from './testing/people'

useTestDatabase()
const next = 'another good password'
const address = '192.0.2.7'
let anna: User

beforeEach(async () => {
  anna = await person({ email: 'anna@example.org' })
})

const resetToken = async () => tokenOf(await resetLinkToken(anna.email, nobody(address)))
const jobs = () =>
  db().$queryRaw<{ name: string; data: object }[]>`SELECT name, data FROM pgboss.job ORDER BY created_on`

describe('asking for a link', () => {
  it.each(['anna@example.org', 'nobody@example.org', 'disabled@example.org', 'pending@example.org'])(
    'does the same for %s: it writes one job and nothing else',
    async email => {
      await person({ email: 'disabled@example.org', state: 'disabled' })
      await person({ email: 'pending@example.org', state: 'pending' })
      await requestLink(email, address)
      expect(await jobs()).toEqual([{ name: 'link-requests', data: { email, address } }])
      expect(await db().outboundMail.count()).toBe(0)
      expect(await db().auditEvent.count()).toBe(0)
      expect(await db().rateLimit.findMany()).toMatchObject([{ points: 1, refused: 0 }])
    },
  )

  it('brings the owner of an active account a reset link', async () => {
    await answerLinkRequest({ email: 'ANNA@example.org', address })
    expect(await mailsTo(anna.email)).toMatchObject([{ kind: 'password-reset', state: 'queued' }])
  })

  it('brings the owner of a pending account a new activation link', async () => {
    await person({ email: 'pending@example.org', state: 'pending' })
    await answerLinkRequest({ email: 'pending@example.org', address })
    expect(await mailsTo('pending@example.org')).toMatchObject([{ kind: 'activation' }])
  })

  it('brings nothing for a disabled or unknown account', async () => {
    await person({ email: 'disabled@example.org', state: 'disabled' })
    for (const email of ['disabled@example.org', 'nobody@example.org'])
      await answerLinkRequest({ email, address })
    expect(await db().outboundMail.count()).toBe(0)
    expect(await db().linkToken.count()).toBe(0)
  })

  it('does not fill a mailbox: five mails in a quarter of an hour', async () => {
    for (let request = 0; request < 8; request++) {
      setClockAhead(request * 61_000)
      await answerLinkRequest({ email: anna.email, address })
      await db().outboundMail.updateMany({ data: { state: 'sent' } })
    }
    expect(await mailsTo(anna.email)).toHaveLength(5)
    const limited = await db().auditEvent.findMany({ where: { action: 'password-reset.limited' } })
    // Told once an hour: twice, where an hour ends meanwhile.
    expect(limited.reduce((sum, { count }) => sum + count, 0)).toBe(3)
  })
})

describe('a reset', () => {
  it('sets the password, ends all sessions, tells the owner and kills every other link', async () => {
    const { token: session } = await signIn(anna.email, password, origin)
    await requestEmailChange(await signedIn(anna), 'new@example.org', password)
    const token = await resetToken()
    expect(await refusalOf(resetPassword(token, next, origin))).toBe('done')
    expect(await viewerOf(session, '')).toBeNull()
    expect(await db().session.count({ where: { revokedAt: null } })).toBe(0)
    expect(await db().linkToken.count({ where: { revokedAt: null, consumedAt: null } })).toBe(0)
    expect(await mailsTo(anna.email)).toMatchObject([{ kind: 'password-changed' }])
    expect(await mailsTo('new@example.org')).toMatchObject([{ state: 'cancelled' }])
    expect(await refusalOf(signIn(anna.email, password, origin))).toBe('sign-in-failed')
    expect(await refusalOf(signIn(anna.email, next, origin))).toBe('done')
    expect(await refusalOf(resetPassword(token, next, origin))).toBe('link-used')
  })

  it('link lives for an hour', async () => {
    const token = await resetToken()
    setClockAhead(59 * 60_000)
    expect((await readPasswordReset(token)).dead).toBeNull()
    setClockAhead(61 * 60_000)
    expect((await readPasswordReset(token)).dead).toBe('expired')
  })

  it('link is replaced by a newer one', async () => {
    const [first, second] = [await resetToken(), await resetToken()]
    expect(await refusalOf(resetPassword(first, next, origin))).toBe('link-replaced')
    expect(await refusalOf(resetPassword(second, next, origin))).toBe('done')
  })

  it('link is won by exactly one of two who use it at the same instant', async () => {
    for (let round = 0; round < 20; round++) {
      const token = await resetToken()
      const answers = await Promise.all(
        ['the password of one', 'the password of two'].map(one =>
          refusalOf(resetPassword(token, one, origin)),
        ),
      )
      expect(answers.sort()).toEqual(['done', 'link-used'])
    }
  })

  it('link does not activate an account', async () => {
    expect((await readActivation(await resetToken())).dead).toBe('unknown')
  })
})

describe('a reset link that an administrator hands over', () => {
  const tokenIn = (link: string) => link.split('/').at(-1) ?? ''

  it('works like a mailed one, and is recorded as shown', async () => {
    const root = await administrator()
    const link = await resetLink(root, anna.id)
    expect(link).toMatch(/^http:\/\/latchkey\.test\/reset-password\/[\w-]{43}$/)
    await resetPassword(tokenIn(link), next, origin)
    expect(await refusalOf(signIn(anna.email, next, origin))).toBe('done')
    const events = await db().auditEvent.findMany({ where: { subjectId: anna.id, actorId: root.id } })
    expect(events.map(({ action }) => action)).toEqual(['password-reset.link-shown'])
    expect(JSON.stringify(events)).not.toContain(tokenIn(link))
  })

  it('is the one that was mailed, while that lasts', async () => {
    const root = await administrator()
    await sendResetLink(root, anna.id)
    const link = await resetLink(root, anna.id)
    expect(await resetLink(root, anna.id)).toBe(link)
    const [mail] = await mailsTo(anna.email)
    const token = await db().linkToken.findUniqueOrThrow({ where: { id: mail!.linkTokenId! } })
    expect(tokenIn(link)).toBe(tokenOf(token))
    setClockAhead(50 * 60_000)
    expect(await resetLink(root, anna.id)).not.toBe(link)
  })

  it('is there for an active account only, and not for the own one', async () => {
    const root = await administrator()
    const disabled = await person({ email: 'disabled@example.org', state: 'disabled' })
    const pending = await person({ email: 'pending@example.org', state: 'pending' })
    expect(await refusalOf(resetLink(root, disabled.id))).toBe('account-disabled')
    expect(await refusalOf(resetLink(root, pending.id))).toBe('not-active')
    expect(await refusalOf(resetLink(root, root.id))).toBe('not-yourself')
    expect(await db().linkToken.count()).toBe(0)
  })
})
