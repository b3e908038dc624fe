import { beforeEach, describe, expect, it } from 'vitest'
import type { Viewer } from '@/domain/viewer'
import { inMinutes, setClockAhead } from '@/lib/clock'
import { db } from '@/lib/db'
import { startQueue, stopQueue } from '@/lib/queue'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { until } from '@/lib/testing/until'
import { checkImport, longestFile, mostLines } from './import-check'
import { person, twoTenants, userOf } from './testing/people'
import {
  deleteOldImports,
  type InvitationPace,
  importResult,
  importSome,
  readImport,
  startImport,
  undoImport,
  undoSome,
  workUserImports,
} from './user-import'

const test = useTestDatabase()
let world: Awaited<ReturnType<typeof twoTenants>>

beforeEach(async () => {
  world = await twoTenants()
})

const file = (text: string, name = 'people.csv') => ({ name, bytes: Buffer.from(text) })
const check = (viewer: Viewer, text: string) => checkImport(viewer, file(text))

/** What is wrong with the lines of a file, by their numbers. */
async function problemsOf(viewer: Viewer, text: string) {
  const { problems } = await readImport(viewer, await check(viewer, text))
  return problems.map(({ number, problem, detail }) => [
    number,
    problem,
    ...(detail === null ? [] : [detail]),
  ])
}

/** A file of so many customer users of Acme. */
const crowd = (number: number) =>
  `email,tenant,customer\n${Array.from({ length: number }, (_, n) => `crowd${n}@acme.test,Acme,Customer of Acme\n`).join('')}`

const now = { invited: true, perMinute: null }
const addedUsers = () => db().user.count({ where: { email: { startsWith: 'crowd' } } })
const invitations = () => db().outboundMail.count({ where: { kind: 'activation' } })

async function imported(viewer: Viewer, text: string, pace: InvitationPace = now): Promise<string> {
  const id = await check(viewer, text)
  await startImport(viewer, id, pace)
  while (await importSome(id));
  return id
}

async function resultOf(viewer: Viewer, id: string) {
  const lines = []
  for await (const some of (await importResult(viewer, id)).lines) lines.push(...some)
  return lines.map(({ number, result, problem }) => [number, result, problem])
}

describe('the check of a file', () => {
  it('understands who the lines stand for, and adds nobody', async () => {
    const { root, acme } = world
    const users = await db().user.count()
    const text =
      'Rolle;E-Mail;Vorname;Nachname;Mandant;Kunde;Sprache;Telefon\r\n' +
      'Kundenbenutzer;Jörg@Acme.test ;Jörg;Müller;acme; customer of ACME;Deutsch;123\r\n' +
      `tenant administrator;mia@acme.test;Mia;;${acme.id};;;\r\n` +
      'Systemverwaltung;sam@latchkey.test\r\n'
    const id = await checkImport(root, { name: 'Leute.csv', bytes: Buffer.from(text, 'latin1') })
    const { people, ...run } = await readImport(root, id)
    expect(run).toMatchObject({
      fileName: 'Leute.csv',
      encoding: 'windows-1252',
      delimiter: ';',
      total: 3,
      bad: 0,
      problems: [],
      undoableUntil: null,
    })
    expect(people).toMatchObject([
      {
        number: 2,
        email: 'Jörg@Acme.test',
        firstName: 'Jörg',
        lastName: 'Müller',
        role: 'customer_user',
        tenant: 'Acme',
        customer: 'Customer of Acme',
        locale: 'de',
      },
      { number: 3, role: 'tenant_administrator', tenantId: acme.id, customerId: null, locale: 'en' },
      { number: 4, role: 'system_administrator', tenantId: null, firstName: '' },
    ])
    expect(await db().user.count()).toBe(users)
    expect(await invitations()).toBe(0)
  })

  it('says of each line what is wrong with it', async () => {
    const { root } = world
    const head = 'email,firstName,lastName,role,tenant,customer,language\n'
    const at = ',Acme,Customer of Acme,en'
    const lines = [
      `,Anna,,${at}`,
      `anna(at)acme.test,,,${at}`,
      `a@acme.test,,,${at}`,
      `A@Acme.test,,,${at}`,
      `USER@acme.test,,,${at}`,
      `b@acme.test,,,boss${at}`,
      'c@acme.test,,,,,,',
      'd@acme.test,,,,Nowhere,X,',
      'e@acme.test,,,,Acme,,',
      'f@acme.test,,,,Acme,Customer of Other,',
      'g@acme.test,,,,Acme,Customer of Acme,fr',
      `h@acme.test,${'x'.repeat(201)},,${at}`,
      `i@acme.test,,see http://evil.test,${at}`,
      `j@acme.test,,,${at},more`,
    ]
    expect(await problemsOf(root, head + lines.join('\n'))).toEqual([
      [2, 'email-required'],
      [3, 'email-invalid', 'anna(at)acme.test'],
      [5, 'email-twice', '4'],
      [6, 'email-taken'],
      [7, 'role-unknown', 'boss'],
      [8, 'tenant-required'],
      [9, 'tenant-unknown', 'Nowhere'],
      [10, 'customer-required'],
      [11, 'customer-unknown', 'Customer of Other'],
      [12, 'language-unknown', 'fr'],
      [13, 'name-long', 'x'.repeat(200)],
      [14, 'name-link', 'see http://evil.test'],
      [15, 'too-many-cells'],
    ])
  })

  it.each([
    ['without anything', () => '', 'import-empty'],
    ['without lines', () => 'email,firstName\n\n', 'import-empty'],
    ['without addresses', () => 'Name;Telefon\nAnna;1', 'import-no-email'],
    ['with an open quote', () => 'email\n"a@b.test', 'import-unreadable'],
    ['that is a workbook', () => 'PK\x03\x04 and so on', 'import-workbook'],
    ['with too many lines', () => `email\n${'x\n'.repeat(mostLines + 1)}`, 'import-too-many-lines'],
    ['that is too large', () => 'x'.repeat(longestFile + 1), 'import-too-large'],
  ])('refuses a file %s', async (_, text, refusal) => {
    expect(await refusalOf(check(world.root, text()))).toBe(refusal)
    expect(await db().userImport.count()).toBe(0)
    expect(await db().userImportLine.count()).toBe(0)
  })

  it('takes the place of the one before, and not of what was imported', async () => {
    const { root, acme } = world
    const begun = await imported(root, crowd(1))
    const first = await check(root, crowd(2))
    const second = await check(root, crowd(2))
    const others = await check(acme.adminViewer, crowd(2))
    const left = await db().userImport.findMany({ orderBy: { id: 'asc' } })
    expect(left.map(({ id }) => id)).toEqual([begun, second, others])
    expect(await refusalOf(readImport(root, first))).toBe('import-not-found')
  })

  it('keeps no password that stands in the file', async () => {
    const { root } = world
    await check(root, 'email,Password\nanna@acme.test,geheim123\n')
    expect(await db().userImportLine.findMany()).toMatchObject([{ cells: ['anna@acme.test', ''] }])
  })

  it('a file that was exported is understood', async () => {
    const { root } = world
    await check(root, "email,firstName,role,state\n'+a@acme.test,'=1,system_administrator,active\n")
    const [line] = await db().userImportLine.findMany()
    expect(line?.person).toMatchObject({ email: '+a@acme.test', firstName: '=1' })
  })
})

describe('a tenant administrator', () => {
  it('imports customer users into the own tenant, and nobody else', async () => {
    const { acme } = world
    const text =
      'email,role,tenant,customer\n' +
      'a@acme.test,,,Customer of Acme\n' +
      'b@acme.test,,ACME,Customer of Acme\n' +
      'c@acme.test,,Other,Customer of Other\n' +
      'd@acme.test,tenant administrator,,\n' +
      'e@acme.test,system administrator,,\n' +
      'f@acme.test,,,Customer of Other\n'
    expect(await problemsOf(acme.adminViewer, text)).toEqual([
      [4, 'tenant-not-yours', 'Other'],
      [5, 'role-not-allowed', 'tenant administrator'],
      [6, 'role-not-allowed', 'system administrator'],
      [7, 'customer-unknown', 'Customer of Other'],
    ])
    await imported(acme.adminViewer, text)
    expect(await userOf('b@acme.test')).toMatchObject({ tenantId: acme.id, customerId: acme.customerId })
    expect(await db().user.count({ where: { email: { in: ['c@acme.test', 'd@acme.test'] } } })).toBe(0)
  })

  it("finds out so many addresses of others' users in an hour, and no more by a file", async () => {
    const { acme, other } = world
    for (let n = 0; n < 22; n++)
      await person({ email: `o${n}@other.test`, tenantId: other.id, customerId: other.customerId })
    const list = (number: number) =>
      `email,customer\n${Array.from({ length: number }, (_, n) => `o${n}@other.test,Customer of Acme\n`).join('')}`
    expect(await problemsOf(acme.adminViewer, list(2))).toHaveLength(2)
    expect(await db().auditEvent.count({ where: { action: 'user.address-taken' } })).toBe(2)
    expect(await refusalOf(check(acme.adminViewer, list(22)))).toBe('too-many-attempts')
    expect(await db().userImportLine.count()).toBe(0)
    expect(await refusalOf(check(acme.adminViewer, list(1)))).toBe('too-many-attempts')
  })

  it('finds the own users without a limit', async () => {
    const { acme } = world
    for (let n = 0; n < 25; n++)
      await person({ email: `crowd${n}@acme.test`, tenantId: acme.id, customerId: acme.customerId })
    const problems = await problemsOf(acme.adminViewer, crowd(25))
    expect(problems.map(([, problem]) => problem)).toEqual(Array(25).fill('email-taken'))
  })

  it("reads and imports no other tenant's file, and neither does anybody theirs", async () => {
    const { root, acme, other } = world
    const id = await check(acme.adminViewer, crowd(1))
    for (const viewer of [root, other.adminViewer]) {
      expect(await refusalOf(readImport(viewer, id))).toBe('import-not-found')
      expect(await refusalOf(importResult(viewer, id))).toBe('import-not-found')
      expect(await refusalOf(startImport(viewer, id, now))).toBe('import-not-found')
      expect(await refusalOf(undoImport(viewer, id))).toBe('import-not-found')
    }
    expect(await refusalOf(readImport(acme.adminViewer, await check(root, crowd(1))))).toBe(
      'import-not-found',
    )
  })
})

describe('an import', () => {
  it('adds the good lines step by step with an invitation each, and tells what became of all', async () => {
    const { root, acme } = world
    const id = await check(root, `${crowd(130)}nonsense,Acme,Customer of Acme\n`)
    await startImport(root, id, now)
    expect(await refusalOf(startImport(root, id, now))).toBe('import-begun')
    expect(await importSome(id)).toBe(true)
    expect(await readImport(root, id)).toMatchObject({ added: 100, endedAt: null, total: 131, bad: 1 })
    expect(await importSome(id)).toBe(false)
    expect(await importSome(id)).toBe(false)
    expect(await readImport(root, id)).toMatchObject({
      added: 130,
      refused: 0,
      undoableUntil: expect.any(Date),
    })
    expect(await addedUsers()).toBe(130)
    const mails = await db().outboundMail.findMany({ where: { kind: 'activation' } })
    expect(new Set(mails.map(({ recipient }) => recipient)).size).toBe(130)
    expect(mails.every(({ rank, tenantId }) => rank === 3 && tenantId === acme.id)).toBe(true)
    expect(mails[0]?.parameters).toMatchObject({ organisation: 'Acme', invitedBy: root.email })
    const lines = await resultOf(root, id)
    expect(lines.slice(-2)).toEqual([
      [131, 'added', null],
      [132, 'left', 'email-invalid'],
    ])
    const events = await db().auditEvent.groupBy({ by: ['action'], _count: true })
    expect(events).toEqual(
      expect.arrayContaining([
        { action: 'users.imported', _count: 1 },
        { action: 'user.added', _count: 130 },
        { action: 'activation.sent', _count: 130 },
      ]),
    )
    expect(await db().auditEvent.findFirst({ where: { action: 'users.imported' } })).toMatchObject({
      actor: root.email,
      after: { file: 'people.csv', lines: 131, users: 130, invited: true },
    })
  })

  it('sends no invitations where none are wanted', async () => {
    await imported(world.root, crowd(3), { invited: false, perMinute: null })
    expect(await addedUsers()).toBe(3)
    expect(await invitations()).toBe(0)
  })

  it('lets the invitations leave at a pace, and each link last as long from then', async () => {
    const id = await imported(world.root, crowd(110), { invited: true, perMinute: 60 })
    const mails = await db().outboundMail.findMany({
      where: { kind: 'activation' },
      orderBy: { dueAt: 'asc' },
    })
    const due = mails.map(({ dueAt }) => dueAt.getTime() / 1000)
    // One each second, and the second step goes on where the first has ended.
    expect(due[99]! - due[49]!).toBeCloseTo(50, 1)
    expect(due[109]! - due[100]!).toBeCloseTo(9, 1)
    expect(Math.abs(due[109]! - due[0]! - 109)).toBeLessThan(20)
    // The mail itself is not worth sending any more in the last five minutes.
    for (const { expiresAt, dueAt } of mails)
      expect((expiresAt.getTime() - dueAt.getTime()) / 3_600_000).toBeCloseTo(72 - 5 / 60, 1)
    expect((await readImport(world.root, id)).perMinute).toBe(60)
  })

  it('leaves who has come since, and whose place is gone', async () => {
    const { root, other, acme } = world
    const text = `${crowd(3)}late@other.test,Other,Customer of Other\n`
    const id = await check(root, text)
    await person({ email: 'crowd1@acme.test', tenantId: other.id, customerId: other.customerId })
    await db().user.deleteMany({ where: { customerId: acme.customerId } })
    await db().user.updateMany({ where: { tenantId: acme.id }, data: { customerId: null } })
    await db().customer.delete({ where: { id: acme.customerId } })
    await startImport(root, id, now)
    await importSome(id)
    expect(await resultOf(root, id)).toEqual([
      [2, 'left', 'customer-not-found'],
      [3, 'left', 'customer-not-found'],
      [4, 'left', 'customer-not-found'],
      [5, 'added', null],
    ])
    const again = await check(root, text.replace(/Acme,Customer of Acme/g, 'Other,Customer of Other'))
    await db().user.deleteMany({ where: { email: { startsWith: 'crowd' } } })
    await person({ email: 'crowd1@acme.test', tenantId: other.id, customerId: other.customerId })
    expect(await refusalOf(startImport(root, again, now))).toBe('done')
    await importSome(again)
    expect(await readImport(root, again)).toMatchObject({ added: 2, refused: 0 })
  })

  it('goes on in another process where one was ended, without doubles or gaps', async () => {
    const { root } = world
    const id = await check(root, crowd(250))
    await startImport(root, id, now)
    // A process that dies within a step has done nothing of it, and one that dies after it has done all of it.
    await importSome(id)
    await db().$executeRaw`DELETE FROM pgboss.job`
    await stopQueue(2_000)
    await startQueue(test.database, true)
    await workUserImports()
    await until(async () => (await readImport(root, id)).endedAt)
    expect(await readImport(root, id)).toMatchObject({ added: 250, refused: 0 })
    expect(await addedUsers()).toBe(250)
    expect(await invitations()).toBe(250)
    expect((await resultOf(root, id)).every(([, result]) => result === 'added')).toBe(true)
    await stopQueue(5_000)
    await startQueue(test.database, false)
  })

  it('is not worked by two processes at once', async () => {
    const { root } = world
    const id = await check(root, crowd(250))
    await startImport(root, id, now)
    await Promise.all([importSome(id), importSome(id), importSome(id)])
    expect(await readImport(root, id)).toMatchObject({ added: 250, refused: 0 })
    expect(await invitations()).toBe(250)
  })

  it('ends where whoever began it has lost the right', async () => {
    const { acme } = world
    const id = await check(acme.adminViewer, crowd(130))
    await startImport(acme.adminViewer, id, now)
    await importSome(id)
    await db().user.update({ where: { id: acme.admin.id }, data: { state: 'disabled' } })
    expect(await importSome(id)).toBe(false)
    expect(await addedUsers()).toBe(100)
    expect(await db().userImport.findUnique({ where: { id } })).toMatchObject({ added: 100, refused: 30 })
  })

  it('is refused where every line has a problem', async () => {
    const id = await check(world.root, 'email\nnonsense\n')
    expect(await refusalOf(startImport(world.root, id, now))).toBe('import-all-bad')
  })

  it('is forgotten after a week, and a check after a day', async () => {
    const { root, acme } = world
    const done = await imported(root, crowd(1))
    await check(acme.adminViewer, crowd(1))
    const set = (where: object, data: object) => db().userImport.updateMany({ where, data })
    await set({ id: done }, { endedAt: inMinutes(-6 * 24 * 60), startedAt: inMinutes(-6 * 24 * 60) })
    await set({ importedAt: null }, { startedAt: inMinutes(-23 * 60) })
    expect(await deleteOldImports()).toBe(0)
    await set({ id: done }, { endedAt: inMinutes(-8 * 24 * 60) })
    await set({ importedAt: null }, { startedAt: inMinutes(-25 * 60) })
    expect(await deleteOldImports()).toBe(2)
    expect(await db().userImportLine.count()).toBe(0)
  })
})

describe('undoing an import', () => {
  it('deletes who has not activated their account, withdraws their mails, and keeps the others', async () => {
    const { root } = world
    const id = await imported(root, crowd(60))
    await db().user.update({ where: { emailKey: 'crowd7@acme.test' }, data: { state: 'active' } })
    await db().user.delete({ where: { emailKey: 'crowd8@acme.test' } })
    await undoImport(root, id)
    expect(await refusalOf(undoImport(root, id))).toBe('import-not-undoable')
    expect(await undoSome(id)).toBe(true)
    expect(await undoSome(id)).toBe(false)
    expect(await undoSome(id)).toBe(false)
    expect(await readImport(root, id)).toMatchObject({ undone: 59, kept: 1, undoableUntil: null })
    expect(await addedUsers()).toBe(1)
    const waiting = await db().outboundMail.findMany({ where: { kind: 'activation', state: 'queued' } })
    expect(waiting.map(({ recipient }) => recipient).sort()).toEqual(['crowd7@acme.test', 'crowd8@acme.test'])
    const results = await resultOf(root, id)
    expect(results.filter(([, result]) => result === 'added').map(([line]) => line)).toEqual([9, 10])
    expect(await db().auditEvent.count({ where: { action: 'user.deleted' } })).toBe(58)
    expect(await db().auditEvent.findFirst({ where: { action: 'users.import-undone' } })).toMatchObject({
      actor: root.email,
      after: { file: 'people.csv', users: 60 },
    })
  })

  it('is possible for an hour after its end', async () => {
    const { root } = world
    const id = await check(root, crowd(1))
    expect(await refusalOf(undoImport(root, id))).toBe('import-not-undoable')
    await startImport(root, id, now)
    expect(await refusalOf(undoImport(root, id))).toBe('import-not-undoable')
    await importSome(id)
    setClockAhead(61 * 60_000)
    expect(await readImport(root, id)).toMatchObject({ undoableUntil: null })
    expect(await refusalOf(undoImport(root, id))).toBe('import-not-undoable')
    setClockAhead(59 * 60_000)
    expect(await refusalOf(undoImport(root, id))).toBe('done')
  })

  it('goes on in another process, and counts nobody twice', async () => {
    const { root } = world
    const id = await imported(root, crowd(70))
    await undoImport(root, id)
    await Promise.all([undoSome(id), undoSome(id)])
    await stopQueue(2_000)
    await startQueue(test.database, true)
    await workUserImports()
    await until(async () => (await readImport(root, id)).undoEndedAt)
    expect(await readImport(root, id)).toMatchObject({ undone: 70, kept: 0 })
    expect(await addedUsers()).toBe(0)
    await stopQueue(5_000)
    await startQueue(test.database, false)
  })
})
