// The second factor: what it opens, and that nothing goes round it.
import { beforeEach, describe, expect, it } from 'vitest'
import { inMinutes, setClockAhead } from '@/lib/clock'
import { db } from '@/lib/db'
import { env } from '@/lib/env'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { tokenOf } from '../links/link-token'
import { mailsTo } from '../outbox/testing/worker'
import type { Viewer } from '../viewer'
import { nobody } from '../viewer'
import { ownFactors } from './factor'
import {
  beginApp,
  begunApp,
  confirmApp,
  deleteUnconfirmedFactors,
  disableFactor,
  newRecoveryCodes,
  removeFactor,
  removeFactorsOf,
} from './factor-change'
import { addPasskey, deleteStaleChallenges, newPasskeyOptions } from './passkey'
import { passkeyOptions, signInWithPasskey } from './passkey-sign-in'
import { resetLinkToken, resetPassword } from './password-reset'
import { deleteStalePending, FactorWanted, readPendingSignIn, signInWithCode } from './pending-sign-in'
import { changePassword } from './profile'
import { hasProved, prove } from './proof'
import { openSession, signOutEverywhere, viewerOf } from './session'
import { signIn, unlock } from './sign-in'
import { codeOf, withApp } from './testing/codes'
import { administrator, origin, password, person, signedIn } from './testing/people'
import { disableUser, enableUser } from './users'

useTestDatabase()
/** So that no test begins in one step of 30 seconds and ends in the next. */
let toNextStep = 0
const ahead = (minutes: number) => setClockAhead(toNextStep + minutes * 60_000)
const yes = () => true

let anna: Viewer
let app: { key: string; codes: string[] }
beforeEach(async () => {
  toNextStep = 30_000 - (Date.now() % 30_000) + 1_000
  ahead(0)
  anna = await signedIn(await person({ email: 'anna@example.org' }))
  app = await withApp(anna, -1)
})

/** Gives the right password. @returns what the cookie would hold */
async function pendingOf(email: string, given = password): Promise<string> {
  const error = await signIn(email, given, origin).catch(error => error)
  if (!(error instanceof FactorWanted)) throw new Error(`no factor was wanted: ${error}`)
  return error.pending
}
const answerTo = async (code: string, pending?: string) =>
  refusalOf(signInWithCode(pending ?? (await pendingOf(anna.email)), code, origin))
const sessions = () => db().session.count({ where: { userId: anna.id } })

describe('a right password of an account with a second factor', () => {
  it('opens no session and nothing else', async () => {
    const before = await sessions()
    const pending = await pendingOf(anna.email)
    expect(await sessions()).toBe(before)
    expect(await viewerOf(pending, '')).toBeNull()
    expect(await refusalOf(signIn(anna.email, password, origin))).toBe('factor-wanted')
    expect(await db().auditEvent.count({ where: { action: 'sign-in.factor-wanted' } })).toBe(2)
    expect((await db().auditEvent.findMany({ where: { action: 'sign-in.succeeded' } })).length).toBe(0)
  })

  it('is answered with a session once the code is right, and only once', async () => {
    const pending = await pendingOf(anna.email)
    const { token: session } = await signInWithCode(pending, codeOf(app.key), origin)
    expect(await viewerOf(session, '')).toMatchObject({ id: anna.id })
    expect(await answerTo(codeOf(app.key, 1), pending)).toBe('sign-in-again')
    expect(await db().auditEvent.findFirst({ where: { action: 'sign-in.succeeded' } })).toMatchObject({
      after: { factor: 'totp' },
    })
  })

  it('lasts for ten minutes', async () => {
    const pending = await pendingOf(anna.email)
    ahead(11)
    expect(await readPendingSignIn(pending)).toBeNull()
    expect(await answerTo(codeOf(app.key), pending)).toBe('sign-in-again')
    await deleteStalePending(yes)
    expect(await db().pendingSignIn.count()).toBe(0)
  })

  it.each<[string, () => Promise<unknown>]>([
    ['the password is changed', () => changePassword(anna, password, 'another good password')],
    ['its owner signs out everywhere', () => signOutEverywhere(anna)],
    [
      'the account is disabled, also when it is enabled again',
      async () => {
        const root = await administrator()
        await disableUser(root, anna.id)
        await enableUser(root, anna.id)
      },
    ],
    ['the factor is removed', async () => removeFactorsOf(await administrator(), anna.id)],
  ])('is worth nothing any more once %s', async (_, change) => {
    const pending = await pendingOf(anna.email)
    await change()
    expect(await readPendingSignIn(pending)).toBeNull()
    expect(await answerTo(codeOf(app.key), pending)).toBe('sign-in-again')
  })

  it('is all that a reset by mail leads to', async () => {
    const pending = await pendingOf(anna.email)
    const token = tokenOf(await resetLinkToken(anna.email, nobody('')))
    await resetPassword(token, 'another good password', origin)
    expect(await readPendingSignIn(pending)).toBeNull()
    expect(await db().session.count({ where: { userId: anna.id, revokedAt: null } })).toBe(0)
    expect(await answerTo(codeOf(app.key), await pendingOf(anna.email, 'another good password'))).toBe('done')
  })

  it('of one account is not finished with the code of another', async () => {
    const ben = await signedIn(await person({ email: 'ben@example.org' }))
    const other = await withApp(ben)
    expect(await answerTo(codeOf(other.key))).toBe('wrong-code')
    expect(await answerTo(other.codes[0]!.replaceAll('-', ''))).toBe('wrong-code')
  })

  it('cannot be passed by whoever opens a session by mistake', async () => {
    const before = await sessions()
    await expect(openSession(db(), anna, origin)).rejects.toThrow('without the second factor')
    expect(await sessions()).toBe(before)
  })
})

describe('a code of an app', () => {
  it('is taken once, also of two who send it at once, and none before it is taken after it', async () => {
    const code = codeOf(app.key, 1)
    const pending = [await pendingOf(anna.email), await pendingOf(anna.email)]
    const answers = await Promise.all(pending.map(one => answerTo(code, one)))
    expect(answers.sort()).toEqual(['done', 'wrong-code'])
    expect(await answerTo(codeOf(app.key))).toBe('wrong-code')
  })

  it('that confirmed the app does not sign in', async () => {
    expect(await answerTo(codeOf(app.key, -1))).toBe('wrong-code')
  })

  it.each([
    [-2, 'wrong-code'],
    [0, 'done'],
    [1, 'done'],
    [2, 'wrong-code'],
  ])('of %i steps from now is answered %s', async (steps, answer) => {
    expect(await answerTo(codeOf(app.key, steps))).toBe(answer)
  })

  it('may be the one before, for a clock that is slow', async () => {
    ahead(5)
    expect(await answerTo(codeOf(app.key, -1))).toBe('done')
  })

  it('is guessed at five times, by all together and with any number of right passwords', async () => {
    const pending: string[] = []
    for (let n = 0; n < 12; n++) pending.push(await pendingOf(anna.email))
    const answers = await Promise.all(pending.map(one => answerTo('000000x', one)))
    expect(answers.filter(answer => answer === 'wrong-code')).toHaveLength(5)
    expect(await answerTo(codeOf(app.key))).toBe('too-many-codes')
    expect(await refusalOf(prove(anna, password, codeOf(app.key)))).toBe('too-many-codes')
    ahead(16)
    expect(await answerTo(codeOf(app.key))).toBe('done')
  })

  it('is looked at again after an administrator at the machine says so, but not after a new password', async () => {
    for (let n = 0; n < 5; n++) await answerTo('999999x')
    await changePassword(anna, password, 'another good password')
    const pending = () => pendingOf(anna.email, 'another good password')
    expect(await answerTo(codeOf(app.key), await pending())).toBe('too-many-codes')
    await unlock(anna.email, nobody(''))
    expect(await answerTo(codeOf(app.key), await pending())).toBe('done')
  })
})

describe('a recovery code', () => {
  it('signs in once, its owner is told, and there is one less', async () => {
    expect(new Set(app.codes).size).toBe(10)
    const code = app.codes[3]!.toUpperCase().replaceAll('-', '')
    expect(await answerTo(code)).toBe('done')
    expect(await answerTo(code)).toBe('wrong-code')
    expect((await ownFactors(anna)).codesLeft).toBe(9)
    const mails = await mailsTo(anna.email)
    expect(mails.map(({ kind }) => kind)).toEqual(['sign-in-security-changed', 'sign-in-security-changed'])
  })

  it('stops working when there are new ones', async () => {
    const [fresh] = await newRecoveryCodes(anna)
    expect(await answerTo(app.codes[0]!.replaceAll('-', ''))).toBe('wrong-code')
    expect(await answerTo(fresh!.replaceAll('-', ''))).toBe('done')
  })
})

describe('a passkey', () => {
  it('is asked to sign another challenge each time, and an answer uses it up, right or wrong', async () => {
    const first = await newPasskeyOptions(anna)
    const second = await newPasskeyOptions(anna)
    expect(second.challenge).not.toBe(first.challenge)
    expect(second).toMatchObject({
      rp: { id: new URL(env().appUrl).hostname },
      authenticatorSelection: { userVerification: 'required' },
    })
    expect(await refusalOf(addPasskey(anna, '{"id":"x"}'))).toBe('passkey-refused')
    expect(await db().passkeyChallenge.count()).toBe(0)
    expect(await refusalOf(addPasskey(anna, 'no JSON'))).toBe('passkey-refused')
    expect((await ownFactors(anna)).factors).toHaveLength(1)
  })

  it('opens nothing where an account has none, or without the right password', async () => {
    expect(await refusalOf(passkeyOptions(await pendingOf(anna.email)))).toBe('no-factor')
    expect(await refusalOf(passkeyOptions('made up'))).toBe('sign-in-again')
    expect(await refusalOf(signInWithPasskey('made up', '{}', origin))).toBe('sign-in-again')
    expect(await refusalOf(signInWithPasskey(await pendingOf(anna.email), '{}', origin))).toBe(
      'passkey-refused',
    )
  })

  it('is not made without a fresh proof, and what nobody answers is forgotten', async () => {
    await newPasskeyOptions(anna)
    ahead(11)
    expect(await refusalOf(newPasskeyOptions(anna))).toBe('prove-yourself')
    expect(await refusalOf(addPasskey(anna, '{}'))).toBe('prove-yourself')
    await deleteStaleChallenges(yes)
    expect(await db().passkeyChallenge.count()).toBe(0)
  })
})

describe('a change of the factor', () => {
  it('asks for a proof that is not older than ten minutes, of password and code', async () => {
    const [factor] = (await ownFactors(anna)).factors
    ahead(11)
    const changes = [
      () => beginApp(anna),
      () => confirmApp(anna, '000000'),
      () => newRecoveryCodes(anna),
      () => removeFactor(anna, factor!.id),
    ]
    for (const change of changes) expect(await refusalOf(change())).toBe('prove-yourself')
    expect(await refusalOf(prove(anna, 'wrong', codeOf(app.key)))).toBe('wrong-password')
    expect(await refusalOf(prove(anna, password, '000000x'))).toBe('wrong-code')
    expect(await hasProved(anna)).toBe(false)
    await prove(anna, password, codeOf(app.key))
    expect(await refusalOf(removeFactor(anna, factor!.id))).toBe('done')
  })

  it('asks other sessions, which know of no factor yet, for a new proof', async () => {
    const ben = await person({ email: 'ben@example.org' })
    const [one, other] = [await signedIn(ben), await signedIn(ben)]
    const { factors } = await withApp(one).then(() => ownFactors(one))
    expect(await refusalOf(removeFactor(other, factors[0]!.id))).toBe('prove-yourself')
  })

  it('shows the key only in the session that sets the app up, and not for ever', async () => {
    const ben = await person({ email: 'ben@example.org' })
    const [one, other] = [await signedIn(ben), await signedIn(ben)]
    await beginApp(one)
    expect(await begunApp(other)).toBeNull()
    expect(await begunApp(one)).toMatchObject({ uri: expect.stringContaining('otpauth://totp/') })
    expect(await refusalOf(signIn(ben.email, password, origin))).toBe('done')
    ahead(31)
    await prove(one, password, '')
    expect(await begunApp(one)).toBeNull()
    await deleteUnconfirmedFactors(yes)
    expect(await db().factor.count({ where: { userId: ben.id } })).toBe(0)
  })

  it("is not made to another person's factor", async () => {
    const ben = await signedIn(await person({ email: 'ben@example.org' }))
    const [factor] = (await ownFactors(anna)).factors
    expect(await refusalOf(removeFactor(ben, factor!.id))).toBe('factor-not-found')
  })

  it('is recorded and told to the person; without the last factor the password alone signs in', async () => {
    const [factor] = (await ownFactors(anna)).factors
    await removeFactor(anna, factor!.id)
    expect(await refusalOf(signIn(anna.email, password, origin))).toBe('done')
    expect(await db().recoveryCode.count()).toBe(0)
    const actions = await db().auditEvent.findMany({ where: { action: { startsWith: 'factor.' } } })
    expect(actions.map(({ action }) => action).sort()).toEqual(['factor.app-added', 'factor.app-removed'])
    expect((await mailsTo(anna.email)).map(({ parameters }) => parameters)).toEqual([
      expect.objectContaining({ change: 'An authenticator app was added.' }),
      expect.objectContaining({ change: 'An authenticator app was removed.' }),
    ])
  })
})

describe('a factor that is lost', () => {
  it('is removed by an administrator; all sessions end, and the person is told', async () => {
    const root = await administrator()
    await removeFactorsOf(root, anna.id)
    expect(
      await db().session.count({
        where: { userId: anna.id, revokedAt: null, expiresAt: { gt: inMinutes(0) } },
      }),
    ).toBe(0)
    expect(await refusalOf(signIn(anna.email, password, origin))).toBe('done')
    expect(await refusalOf(removeFactorsOf(root, anna.id))).toBe('no-factor')
    expect(await db().auditEvent.count({ where: { action: 'factor.all-removed', actorId: root.id } })).toBe(1)
    expect((await mailsTo(anna.email)).at(-1)?.parameters).toMatchObject({
      change: expect.stringContaining('An administrator removed'),
    })
  })

  it('is not removed by its owner in this way, but at the machine', async () => {
    const root = await administrator()
    await withApp(root)
    expect(await refusalOf(removeFactorsOf(root, root.id))).toBe('not-yourself')
    await disableFactor(root.email, nobody(''))
    expect(await refusalOf(signIn(root.email, password, origin))).toBe('done')
  })
})
