import { beforeEach, describe, expect, it } from 'vitest'
import { tokenOf } from '@/domain/links/link-token'
import { mailsTo } from '@/domain/outbox/testing/worker'
import type { Viewer } from '@/domain/viewer'
import { db } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import {
  cancelEmailChange,
  confirmEmailChange,
  pendingEmailChange,
  pendingEmailChangeOf,
  requestEmailChange,
  requestEmailChangeOf,
} from './email-change'
import { signIn } from './sign-in'
import { administrator, origin, password, person, signedIn } from './testing/people'

useTestDatabase()
let anna: Viewer
let ben: Viewer

beforeEach(async () => {
  anna = await signedIn(await person({ email: 'anna@example.org' }))
  ben = await signedIn(await person({ email: 'ben@example.org' }))
})

const latestToken = async (viewer: Viewer) =>
  tokenOf(
    await db().linkToken.findFirstOrThrow({
      where: { userId: viewer.id, purpose: 'email-change' },
      orderBy: { createdAt: 'desc' },
    }),
  )

describe('changing the address', () => {
  it('leaves the old one valid until the new one is confirmed, and tells the old one', async () => {
    await requestEmailChange(anna, 'New@Example.org', password)
    expect(await mailsTo('New@Example.org')).toMatchObject([{ kind: 'confirm-new-email' }])
    expect(await pendingEmailChange(anna)).toMatchObject({ newEmail: 'New@Example.org' })
    expect(await refusalOf(signIn('anna@example.org', password, origin))).toBe('done')
    expect(await refusalOf(signIn('new@example.org', password, origin))).toBe('sign-in-failed')
    const token = await latestToken(anna)
    await confirmEmailChange(anna, token)
    expect(await refusalOf(signIn('new@example.org', password, origin))).toBe('done')
    expect(await refusalOf(signIn('anna@example.org', password, origin))).toBe('sign-in-failed')
    expect(await mailsTo('anna@example.org')).toMatchObject([{ kind: 'email-changed' }])
    expect(await refusalOf(confirmEmailChange(anna, token))).toBe('link-used')
  })

  it('needs the current password', async () => {
    expect(await refusalOf(requestEmailChange(anna, 'new@example.org', 'wrong'))).toBe('wrong-password')
    expect(await db().outboundMail.count()).toBe(0)
  })

  it('is confirmed by its own user only', async () => {
    await requestEmailChange(anna, 'new@example.org', password)
    const token = await latestToken(anna)
    expect(await refusalOf(confirmEmailChange(ben, token))).toBe('link-of-another')
    expect(await refusalOf(confirmEmailChange(anna, token))).toBe('done')
  })

  it('to an address that somebody has is answered as to any other, and only its owner is told', async () => {
    expect(await refusalOf(requestEmailChange(anna, 'BEN@example.org', password))).toBe('done')
    expect(await pendingEmailChange(anna)).toMatchObject({ newEmail: 'BEN@example.org' })
    const mails = await db().outboundMail.findMany()
    expect(mails).toMatchObject([
      {
        kind: 'email-taken',
        recipient: 'ben@example.org',
        userId: ben.id,
        linkTokenId: null,
        requestedBy: null,
      },
    ])
    expect(JSON.stringify(mails)).not.toContain('anna')
    expect(
      await db().auditEvent.findMany({ where: { action: { startsWith: 'email-change' } } }),
    ).toHaveLength(1)
  })

  it('is asked for so many times in an hour, whether the addresses have accounts or not', async () => {
    for (const email of ['new@example.org', 'ben@example.org']) {
      const answers: string[] = []
      for (let request = 0; request < 6; request++)
        answers.push(await refusalOf(requestEmailChange(anna, email, password)))
      expect(answers).toEqual([...Array(5).fill('done'), 'too-many-attempts'])
    }
  })

  it('to another spelling of the own address is none, or a new spelling', async () => {
    expect(await refusalOf(requestEmailChange(anna, 'anna@example.org', password))).toBe('email-unchanged')
    await requestEmailChange(anna, 'Anna@Example.org', password)
    expect(await refusalOf(confirmEmailChange(anna, await latestToken(anna)))).toBe('done')
  })

  it('that two confirm to the same address is refused to the second', async () => {
    await requestEmailChange(anna, 'new@example.org', password)
    await requestEmailChange(ben, 'NEW@example.org', password)
    const [annas, bens] = [await latestToken(anna), await latestToken(ben)]
    const answers = await Promise.all([
      refusalOf(confirmEmailChange(anna, annas)),
      refusalOf(confirmEmailChange(ben, bens)),
    ])
    expect(answers.sort()).toEqual(['done', 'email-taken'])
  })

  it('can be taken back', async () => {
    await requestEmailChange(anna, 'new@example.org', password)
    const token = await latestToken(anna)
    await cancelEmailChange(anna)
    expect(await pendingEmailChange(anna)).toBeNull()
    expect(await mailsTo('new@example.org')).toMatchObject([{ state: 'cancelled' }])
    expect(await refusalOf(confirmEmailChange(anna, token))).toBe('link-withdrawn')
  })

  it('is replaced by a later wish', async () => {
    await requestEmailChange(anna, 'one@example.org', password)
    const first = await latestToken(anna)
    await requestEmailChange(anna, 'two@example.org', password)
    expect(await refusalOf(confirmEmailChange(anna, first))).toBe('link-replaced')
    expect(await pendingEmailChange(anna)).toMatchObject({ newEmail: 'two@example.org' })
  })
})

describe('an address that an administrator has asked for', () => {
  it('waits for its owner, who is told at the old one', async () => {
    const root = await administrator()
    await requestEmailChangeOf(root, anna.id, 'new@example.org')
    expect(await mailsTo('new@example.org')).toMatchObject([
      { kind: 'confirm-new-email', userId: anna.id, requestedBy: root.email },
    ])
    expect(await pendingEmailChangeOf(root, anna.id)).toMatchObject({ newEmail: 'new@example.org' })
    const token = await latestToken(anna)
    expect(await refusalOf(confirmEmailChange(root, token))).toBe('link-of-another')
    await confirmEmailChange(anna, token)
    expect(await refusalOf(signIn('new@example.org', password, origin))).toBe('done')
    expect(await mailsTo('anna@example.org')).toMatchObject([{ kind: 'email-changed' }])
    expect(await pendingEmailChangeOf(root, anna.id)).toBeNull()
    const asked = await db().auditEvent.findFirst({ where: { action: 'email-change.requested' } })
    expect(asked).toMatchObject({
      actor: root.email,
      subject: 'anna@example.org',
      after: { email: 'new@example.org' },
    })
  })

  it('that somebody has is refused as where users are added', async () => {
    const root = await administrator()
    expect(await refusalOf(requestEmailChangeOf(root, anna.id, 'BEN@example.org'))).toBe('email-taken')
    expect(await refusalOf(requestEmailChangeOf(root, anna.id, 'anna@example.org'))).toBe('email-unchanged')
    expect(await db().outboundMail.count()).toBe(0)
  })

  it('is for an active account, and not for the own one', async () => {
    const root = await administrator()
    const pending = await person({ email: 'pending@example.org', state: 'pending' })
    const to = 'new@example.org'
    expect(await refusalOf(requestEmailChangeOf(root, pending.id, to))).toBe('not-active')
    expect(await refusalOf(requestEmailChangeOf(root, root.id, to))).toBe('not-yourself')
  })
})
