// "Why didn't Anna get her mail?": what is told of a mail from its cause to the end of its link.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { noteOpened, tokenOf } from '@/domain/links/link-token'
import { cancelMail, readMail, sendAgain } from '@/domain/mail-log/mail'
import { storyOf } from '@/domain/mail-log/mail-story'
import { connectMailServer } from '@/domain/mail-server/testing/settings'
import { mailsTo, sendWaiting } from '@/domain/outbox/testing/worker'
import { type SmtpSink, startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import type { Viewer } from '@/domain/viewer'
import type { User } from '@/generated/prisma/client'
import { setClockAhead } from '@/lib/clock'
import { db } from '@/lib/db'
import { dump, useTestDatabase } from '@/lib/testing/database'
import { answerLinkRequest, readPasswordReset, resetPassword } from './password-reset'
import { repeatedRequests } from './recent-mail'
import { administrator, origin, person } from './testing/people'
import { disableUser } from './users'

useTestDatabase()
const address = '192.0.2.7'
let root: Viewer
let anna: User
let sink: SmtpSink

beforeEach(async () => {
  sink = await startSmtpSink()
  root = await administrator()
  await connectMailServer(root, sink)
  anna = await person({ email: 'anna@example.org' })
})
afterEach(() => sink.close())

const ask = () => answerLinkRequest({ email: anna.email, address })
const resets = async () =>
  (await mailsTo(anna.email)).filter(({ kind }) => kind === 'password-reset').map(({ id }) => id)
const story = async (id: string) => storyOf(await readMail(root, id))
const told = async (id: string) => (await story(id)).map(({ what }) => what)
const token = async () =>
  tokenOf(
    await db().linkToken.findFirstOrThrow({ where: { userId: anna.id }, orderBy: { createdAt: 'desc' } }),
  )
const fates = () => db().linkToken.findMany({ select: { openedAt: true, openedFrom: true } })

describe('the story of a mail', () => {
  it('goes from who wanted it to the use of its link', async () => {
    await ask()
    await ask()
    await sendWaiting()
    await noteOpened('password-reset', await token(), '198.51.100.4')
    await resetPassword(await token(), 'another good password', origin)
    const [id] = await resets()
    const entries = await story(id!)
    expect(entries.map(({ what }) => what)).toEqual([
      'requested',
      'queued',
      'merged',
      'attempt',
      'opened',
      'used',
    ])
    expect(entries[2]).toMatchObject({ by: anna.email, from: address })
    expect(entries[4]).toMatchObject({ from: '198.51.100.4' })
    expect(await repeatedRequests(root, anna.id, [id!])).toMatchObject([
      { what: 'merged', mailId: id, from: address },
    ])
  })

  it('says which mail has replaced its link, and when it expired or was withdrawn', async () => {
    await ask()
    await sendWaiting()
    setClockAhead(46 * 60_000)
    await ask()
    const [first, second] = await resets()
    expect((await story(first!)).at(-1)).toMatchObject({ what: 'replaced', newerMailId: second })
    await sendWaiting()
    await disableUser(root, anna.id)
    expect((await story(second!)).at(-1)).toMatchObject({ what: 'withdrawn' })
    setClockAhead(0)
  })

  it('says that a link expired unused', async () => {
    await ask()
    await sendWaiting()
    const [id] = await resets()
    setClockAhead(61 * 60_000)
    expect(await told(id!)).toEqual(['requested', 'queued', 'attempt', 'expired'])
  })

  it('tells one end only of a mail that was replaced or cancelled before it went', async () => {
    await ask()
    setClockAhead(46 * 60_000)
    await ask()
    const [first, second] = await resets()
    expect((await story(first!)).at(-1)).toMatchObject({ what: 'ended', newerMailId: second })
    expect(await told(first!)).not.toContain('replaced')
    await cancelMail(root, second!)
    expect((await story(second!)).at(-1)).toMatchObject({ what: 'ended', by: root.email })
    await sendAgain(root, second!)
    expect(await told(second!)).toEqual(['requested', 'queued', 'sent-again'])
  })

  it('tells of requests that the rate limit refused', async () => {
    for (let request = 0; request < 6; request++) {
      setClockAhead(request * 61_000)
      await ask()
    }
    const id = (await resets()).at(-1)!
    expect(await told(id)).toContain('limited')
    expect(await repeatedRequests(root, anna.id, [])).toMatchObject([
      { what: 'limited', mailId: null, count: 1 },
    ])
  })
})

describe('a link', () => {
  it('is opened once, by what shows its page, and not by reading the page', async () => {
    await ask()
    const secret = await token()
    const before = await dump()
    await readPasswordReset(secret)
    expect(await dump()).toBe(before)
    await noteOpened('password-reset', secret, '198.51.100.4')
    const [first] = await fates()
    expect(first).toMatchObject({ openedAt: expect.any(Date), openedFrom: '198.51.100.4' })
    setClockAhead(5_000)
    await noteOpened('password-reset', secret, '198.51.100.5')
    expect(await fates()).toEqual([first])
  })

  it('is not opened for another purpose, nor when it is unknown or dead', async () => {
    await ask()
    const secret = await token()
    await noteOpened('activation', secret, address)
    await noteOpened('password-reset', `x${secret}`, address)
    setClockAhead(61 * 60_000)
    await noteOpened('password-reset', secret, address)
    expect(await fates()).toEqual([{ openedAt: null, openedFrom: null }])
  })
})
