import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { cursorText } from '@/domain/outbox/mail-cursor'
import { mails, manyMails } from '@/domain/outbox/testing/rows'
import { viewer } from '@/domain/testing/viewers'
import { db } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { listMails, type MailPage, pageSize } from './mail-list'

useTestDatabase()
const root = viewer()
const acme = randomUUID()
const admin = viewer({ role: 'tenant_administrator', tenantId: acme })
const ids = (page: MailPage) => page.mails.map(({ id }) => id)

describe('the list of mails', () => {
  it('is turned page by page to its end and back, whatever comes in meanwhile', async () => {
    // Many of the same moment: the id decides between them.
    const moment = new Date()
    const all = await mails(2 * pageSize + 20, index => ({
      createdAt: new Date(moment.getTime() - Math.floor(index / 30) * 1_000),
    }))
    const first = await listMails(root)
    expect(first).toMatchObject({ newer: undefined, searchedTo: undefined })
    await mails(3, { createdAt: new Date(moment.getTime() + 5_000) })
    const second = await listMails(root, {}, { before: first.older })
    const third = await listMails(root, {}, { before: second.older })
    expect(third.older).toBeUndefined()
    expect([...ids(first), ...ids(second), ...ids(third)].sort()).toEqual([...all].sort())
    expect(ids(await listMails(root, {}, { after: third.newer }))).toEqual(ids(second))
    expect(ids(await listMails(root, {}, { after: second.newer }))).toEqual(ids(first))
    // Three are newer than this one: no page of three, but the newest page, full.
    const [, , , fourth] = (await listMails(root)).mails
    const newest = await listMails(root, {}, { after: fourth && cursorText(fourth) })
    expect(newest.newer).toBeUndefined()
    expect(newest.mails).toHaveLength(pageSize)
  })

  it('takes a cursor that somebody made up for none', async () => {
    await mails(2)
    for (const before of ['nonsense', 'zz.1', "0.'; DROP TABLE x"])
      expect((await listMails(root, {}, { before })).mails).toHaveLength(2)
  })

  it('narrows by state and kind, on every page', async () => {
    const failed = await mails(pageSize + 5, { state: 'failed', kind: 'activation' })
    await mails(10, { state: 'failed' })
    await mails(10, { kind: 'activation' })
    const first = await listMails(root, { state: 'failed', kind: 'activation' })
    const second = await listMails(root, { state: 'failed', kind: 'activation' }, { before: first.older })
    expect([...ids(first), ...ids(second)].sort()).toEqual([...failed].sort())
    expect(first.counts).toMatchObject({
      failed: { number: pageSize + 5, more: false },
      sent: { number: 10, more: false },
      all: { number: pageSize + 15, more: false },
    })
  })

  it('counts each state, and no further than to 1,000', async () => {
    await manyMails(1_200)
    await mails(3, { state: 'queued' })
    await mails(2, { state: 'sending' })
    await mails(4, { state: 'deferred', tenantId: acme })
    const { counts } = await listMails(root)
    expect(counts).toMatchObject({
      queued: { number: 3, more: false },
      sending: { number: 2, more: false },
      deferred: { number: 4, more: false },
      failed: { number: 0, more: false },
    })
    expect(counts.sent.number).toBeGreaterThan(1_000)
    expect(counts.sent.more).toBe(true)
    expect(counts.all.more).toBe(true)
    expect((await listMails(admin)).counts.all).toEqual({ number: 4, more: false })
  })

  it('finds few mails of a state among many others', async () => {
    const queued = await mails(3, { state: 'queued', createdAt: new Date('2020-01-01') })
    await manyMails(6_000)
    expect(ids(await listMails(root, { state: 'queued' })).sort()).toEqual([...queued].sort())
    // A page looks no longer than a moment: on a busy machine the next one goes on.
    let page = await listMails(root, { search: 'person5900@' })
    while (page.mails.length === 0 && page.older)
      page = await listMails(root, { search: 'person5900@' }, { before: page.older })
    expect(page.mails).toHaveLength(1)
  })

  it('finds a mail by its id and by its Message-ID', async () => {
    const [id = ''] = await mails(2)
    expect(ids(await listMails(root, { search: id }))).toEqual([id])
    expect(ids(await listMails(root, { search: `<${id.toUpperCase()}@elsewhere.example>` }))).toEqual([id])
    expect(ids(await listMails(root, { search: randomUUID() }))).toEqual([])
    expect(ids(await listMails(admin, { search: id }))).toEqual([])
  })

  it('takes a whole address for that address, in any letter case, and a part for all that have it', async () => {
    const [anna = ''] = await mails(1, { recipient: 'Anna@Example.org' })
    const [joanna = ''] = await mails(1, { recipient: 'joanna@example.org' })
    expect(ids(await listMails(root, { search: 'anna@example.ORG' }))).toEqual([anna])
    expect(ids(await listMails(root, { search: 'ANNA@' })).sort()).toEqual([anna, joanna].sort())
    // A whole address without mails may be the end of another.
    expect(ids(await listMails(root, { search: 'oanna@example.org' }))).toEqual([joanna])
    expect(ids(await listMails(root, { search: '100%_\\' }))).toEqual([])
  })

  it('shows a tenant administrator the mails of their tenant only', async () => {
    const own = await mails(3, { tenantId: acme, state: 'failed' })
    await mails(5, { state: 'failed' })
    await mails(5, { tenantId: randomUUID() })
    for (const filter of [{}, { state: 'failed' as const }, { search: 'person' }]) {
      const page = await listMails(admin, filter)
      expect(ids(page)).toEqual(own)
      expect(page.counts.all).toEqual({ number: 3, more: false })
    }
    expect(await db().outboundMail.count()).toBe(13)
  })
})
