// A passkey in the place of a password, and as a proof.
import { beforeEach, describe, expect, it } from 'vitest'
import { changeSettings, installationDefaults } from '@/domain/settings/installation'
import type { Viewer } from '@/domain/viewer'
import { setClockAhead } from '@/lib/clock'
import { db } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { mailsTo } from '../outbox/testing/worker'
import { ownFactors } from './factor'
import { removeFactor } from './factor-change'
import { proofOptions, proveWithPasskey } from './passkey-proof'
import { passkeyOptions, passkeyQuestion, signInByPasskey, signInWithPasskey } from './passkey-sign-in'
import { FactorWanted } from './pending-sign-in'
import { viewerOf } from './session'
import { signIn } from './sign-in'
import { withPasskey } from './testing/authenticator'
import { administrator, justProved, origin, password, person, signedIn } from './testing/people'
import { disableUser } from './users'

useTestDatabase()
const minutes = (count: number) => setClockAhead(count * 60_000)

let anna: Viewer
let device: Awaited<ReturnType<typeof withPasskey>>
beforeEach(async () => {
  anna = await signedIn(await person({ email: 'anna@example.org' }))
  device = await withPasskey(anna)
})

const sessions = () => db().session.count({ where: { userId: anna.id } })

describe('a passkey in the place of a password', () => {
  it('signs in, as a proof of who it is, and the audit says with what', async () => {
    const { options, sealed } = await passkeyQuestion()
    const { token: session } = await signInByPasskey(sealed, device(options.challenge), origin)
    const viewer = await viewerOf(session, '')
    expect(viewer).toMatchObject({ id: anna.id })
    expect(viewer?.provedAt).not.toBeNull()
    expect(await db().auditEvent.findFirst({ where: { action: 'sign-in.succeeded' } })).toMatchObject({
      subjectId: anna.id,
      after: { factor: 'passkey' },
    })
  })

  it('is asked for without a word of any account, and nothing is kept of that', async () => {
    const { options } = await passkeyQuestion()
    expect(options.allowCredentials ?? []).toEqual([])
    expect(options.userVerification).toBe('required')
    expect(await db().passkeyChallenge.count()).toBe(0)
  })

  it('answers a question once, also to two who answer at once', async () => {
    const { options, sealed } = await passkeyQuestion()
    const shown = device(options.challenge)
    const answers = await Promise.all([1, 2].map(() => refusalOf(signInByPasskey(sealed, shown, origin))))
    expect(answers.sort()).toEqual(['done', 'passkey-refused'])
    expect(await refusalOf(signInByPasskey(sealed, device(options.challenge), origin))).toBe(
      'passkey-refused',
    )
  })

  it.each<[string, (challenge: string) => string | Promise<string>]>([
    ['of another challenge', () => device('bm90aGluZw')],
    ['made at another address', challenge => device(challenge, { origin: 'https://evil.example' })],
    ['that was made and not shown', challenge => device(challenge, { type: 'webauthn.create' })],
    ['of a device that has not looked at its owner', challenge => device(challenge, { verified: false })],
    ['of somebody else, as it says', challenge => device(challenge, { userHandle: 'ben' })],
    ['that is none', () => '{"id":[]}'],
    ['that is no JSON', () => 'nonsense'],
    [
      'that was removed',
      async challenge => {
        const { factors } = await ownFactors(anna)
        await removeFactor(anna, factors[0]!.id)
        return device(challenge)
      },
    ],
    [
      'of an account that is disabled',
      async challenge => {
        await disableUser(await administrator(), anna.id)
        return device(challenge)
      },
    ],
  ])('is refused, and opens nothing: one %s', async (_, show) => {
    const before = await sessions()
    const { options, sealed } = await passkeyQuestion()
    const shown = await show(options.challenge)
    expect(await refusalOf(signInByPasskey(sealed, shown, origin))).toBe('passkey-refused')
    expect(await sessions()).toBe(before)
    expect(await db().auditEvent.count({ where: { action: 'sign-in.failed' } })).toBe(1)
  })

  it('is refused without our question, and ten minutes after it', async () => {
    const { options, sealed } = await passkeyQuestion()
    for (const other of ['', 'nonsense', sealed.slice(0, -4)])
      expect(await refusalOf(signInByPasskey(other, device(options.challenge), origin))).toBe(
        'passkey-refused',
      )
    minutes(11)
    expect(await refusalOf(signInByPasskey(sealed, device(options.challenge), origin))).toBe(
      'passkey-refused',
    )
  })

  it('signs in while the password waits to be changed, which the password does not', async () => {
    const root = await administrator()
    await changeSettings(root, { ...installationDefaults, passwordDays: 1 })
    minutes(2 * 24 * 60)
    const { options, sealed } = await passkeyQuestion()
    expect(await refusalOf(signInByPasskey(sealed, device(options.challenge), origin))).toBe('done')
    expect(await refusalOf(signIn(anna.email, password, origin))).toBe('factor-wanted')
    await changeSettings(justProved(root), installationDefaults)
  })

  it('is told by mail in a browser that the account does not know', async () => {
    minutes(3 * 60)
    const { options, sealed } = await passkeyQuestion()
    await signInByPasskey(sealed, device(options.challenge), { ...origin, address: '198.51.100.7' })
    expect((await mailsTo(anna.email)).map(({ kind }) => kind)).toContain('new-device')
  })

  it('may be tried so often from one network, and not without end', async () => {
    const { sealed } = await passkeyQuestion()
    const tries = await Promise.all(
      Array.from({ length: 201 }, () => refusalOf(signInByPasskey(sealed, '{}', origin))),
    )
    expect(tries.filter(answer => answer === 'too-many-attempts')).toHaveLength(1)
  })
})

it('a passkey after the password signs in too', async () => {
  const wanted = await signIn(anna.email, password, origin).catch(error => error)
  expect(wanted).toBeInstanceOf(FactorWanted)
  const { challenge } = await passkeyOptions(wanted.pending)
  const { token: session } = await signInWithPasskey(wanted.pending, device(challenge), origin)
  expect(await viewerOf(session, '')).toMatchObject({ id: anna.id })
})

describe('a passkey as a proof', () => {
  it('is as good as the password and a code', async () => {
    minutes(11)
    const { challenge } = await proofOptions(anna)
    const renewed = await viewerOf(await proveWithPasskey(anna, device(challenge)), '')
    expect(renewed?.provedAt?.getTime()).toBeGreaterThan(Date.now() + 10 * 60_000)
  })

  it('of another account is none, and an answer counts once', async () => {
    const other = await withPasskey(await person({ email: 'ben@example.org' }))
    const first = await proofOptions(anna)
    expect(await refusalOf(proveWithPasskey(anna, other(first.challenge)))).toBe('passkey-refused')
    const { challenge } = await proofOptions(anna)
    const shown = device(challenge)
    expect(await refusalOf(proveWithPasskey(anna, shown))).toBe('done')
    expect(await refusalOf(proveWithPasskey(anna, shown))).toBe('passkey-refused')
  })
})
