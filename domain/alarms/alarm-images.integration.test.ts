// Images that alarm mails carry: uploaded by a tenant, named in templates, and in each mail as long as it is kept.
import { simpleParser } from 'mailparser'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { twoTenants } from '@/domain/accounts/testing/people'
import { previewMail } from '@/domain/mail-log/mail'
import { connectMailServer } from '@/domain/mail-server/testing/settings'
import { queueAgain } from '@/domain/outbox/outbound-mail'
import { deleteOldMails } from '@/domain/outbox/retention'
import { sendWaiting } from '@/domain/outbox/testing/worker'
import { startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { longestImage } from '@/lib/checked-image'
import { db, transaction } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { images } from '@/lib/testing/images'
import { refusalOf } from '@/lib/testing/refusal'
import { addAlarmImage, deleteAlarmImage, listAlarmImages, mostImages, readAlarmImage } from './alarm-images'
import { deleteOldAlarms } from './alarm-retention'
import { evaluateAlarms } from './alarm-work'
import { takeAlarms } from './intake'
import { readRule, saveRule } from './rules'
import { endSandbox } from './sandbox'
import { sendTrial, tryRules } from './trial'

useTestDatabase()
afterAll(endSandbox)

let world: Awaited<ReturnType<typeof twoTenants>>
beforeEach(async () => {
  world = await twoTenants()
})

const admin = () => world.acme.adminViewer
const add = (name: string, bytes: Uint8Array = images.png) => addAlarmImage(admin(), { name, bytes })
const rule = (html: string, id?: string) =>
  saveRule(admin(), { name: 'All', settings: { recipients: ['watch@example.org'], html } }, { id })
const take = (type = 'Hot', more = {}) =>
  takeAlarms(admin(), [{ originator: 'Boiler 7', type, severity: 'major', ...more }])
const evaluate = () => evaluateAlarms(world.acme.id)
const mails = () => db().outboundMail.findMany({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })
const html = (mail: { parameters: unknown } | undefined) =>
  (mail?.parameters as { html: string } | undefined)?.html
const plant = `<p>{{ alarm.type }}</p>{{ 'plant.png' | image }}`
/** A PNG of so many bytes, as far as its head goes. */
const long = (bytes: number, mark = 0) =>
  Buffer.concat([images.png, Buffer.alloc(bytes - images.png.length, mark)])
const asData = (bytes: Uint8Array) => `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`

it.each([
  ['nothing', 'a.png', new Uint8Array(), 'alarm-image-type'],
  ['a text that calls itself an image', 'a.png', Buffer.from('hello'), 'alarm-image-type'],
  ['SVG', 'a.png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'alarm-image-svg'],
  ['more than 200 kB', 'a.png', long(longestImage + 1), 'alarm-image-too-large'],
  ['a name that ends a text in quotes', "a'.png", images.png, 'alarm-image-name'],
  ['a name with a line in it', 'a\n.png', images.png, 'alarm-image-name'],
  ['no name', '', images.png, 'alarm-image-name'],
])('%s is refused', async (_, name, bytes, code) => {
  expect(await refusalOf(add(name, bytes))).toBe(code)
  expect(await db().mailImage.count()).toBe(0)
})

it('knows an image by what is in it, and keeps one of each name', async () => {
  for (const [name, bytes] of Object.entries(images)) await add(`${name}.txt`, bytes)
  const rows = await db().mailImage.findMany({ orderBy: { type: 'asc' } })
  expect([...new Set(rows.map(({ type }) => type))]).toEqual([
    'image/gif',
    'image/jpeg',
    'image/png',
    'image/webp',
  ])
  // One name in two ways of writing it.
  await add('Übersicht.png', images.png)
  await add('U\u0308bersicht.png', images.jpeg)
  const all = await listAlarmImages(admin())
  expect(all.filter(({ name }) => name.normalize('NFC') === 'Übersicht.png')).toMatchObject([
    { size: images.jpeg.length },
  ])
  for (let n = all.length; n < mostImages; n++) await add(`${n}.png`)
  expect(await refusalOf(add('one more.png'))).toBe('too-many-alarm-images')
  await add('0.png'.replace('0', String(mostImages - 1)), images.gif)
  expect(await listAlarmImages(admin())).toHaveLength(mostImages)
})

it('is carried by the mail, and nothing of it is loaded from elsewhere', async () => {
  await add('plant.png')
  await add('Übersicht 1.gif', images.gif)
  await rule(
    `${plant}{% if again == 0 %}{{ "Übersicht 1.gif" | image }}{% endif %}{{ 'plant.png' | image }}<img src="cid:other@latchkey">`,
  )
  await take()
  await evaluate()
  const sink = await startSmtpSink()
  try {
    await connectMailServer(world.root, sink)
    await sendWaiting()
    const source = sink.mails[0]?.raw ?? ''
    expect(
      String(source)
        .split(/\r\n/)
        .every(line => line.length <= 998),
    ).toBe(true)
    const mail = await simpleParser(source, { skipImageLinks: true })
    expect(mail.text).toContain('Boiler 7')
    expect(
      mail.attachments.map(({ filename, contentType, related, content }) => [
        filename,
        contentType,
        related,
        Buffer.from(content).equals(filename === 'plant.png' ? images.png : images.gif),
      ]),
    ).toEqual([
      ['plant.png', 'image/png', true, true],
      ['Übersicht 1.gif', 'image/gif', true, true],
    ])
    const [one, other] = mail.attachments.map(({ cid }) => cid)
    expect(mail.html).toContain(
      `<p>Hot</p><img src="cid:${one}" alt="plant.png"><img src="cid:${other}" alt="Übersicht 1.gif"><img src="cid:${one}" alt="plant.png"><img src="#">`,
    )
    // What a person is shown of it has the same images in it.
    const [row] = await mails()
    expect(JSON.stringify(row?.parameters)).not.toContain(Buffer.from(images.png).toString('base64'))
    const preview = await previewMail(admin(), row?.id ?? '')
    expect(preview?.html).toContain(`<img src="${asData(images.png)}" alt="plant.png">`)
    expect(preview?.html).not.toContain('cid:')
  } finally {
    await sink.close()
  }
})

it('a mail that is sent again carries what it did, whatever became of the image', async () => {
  const id = await add('plant.png')
  await rule(plant)
  await take()
  await evaluate()
  await deleteAlarmImage(admin(), id)
  await deleteOldAlarms(90)
  expect(await db().mailImage.count()).toBe(1)
  const sink = await startSmtpSink()
  try {
    await connectMailServer(world.root, sink)
    await sendWaiting()
    const [mail] = await mails()
    await transaction(tx => queueAgain(tx, [mail?.id ?? '']))
    await sendWaiting()
    expect(sink.mails).toHaveLength(2)
    const [first, again] = await Promise.all(sink.mails.map(({ raw }) => simpleParser(raw)))
    expect(first?.attachments[0]?.content.equals(images.png)).toBe(true)
    expect(again?.attachments[0]?.content.equals(images.png)).toBe(true)
  } finally {
    await sink.close()
  }
  // With the last mail the bytes go.
  await db().$executeRaw`
    UPDATE "OutboundMail" SET "createdAt" = "createdAt" - interval '91 days', "dueAt" = "dueAt" - interval '91 days',
      "sentAt" = "sentAt" - interval '91 days'`
  expect(await deleteOldMails()).toBe(1)
  await deleteOldAlarms(90)
  expect(await db().mailImage.count()).toBe(0)
})

it('an image that nothing refers to is not kept', async () => {
  const id = await add('plant.png')
  await add('plant.png', images.jpeg)
  expect((await db().mailImage.findMany()).map(({ type }) => type)).toEqual(['image/jpeg'])
  await addAlarmImage(world.other.adminViewer, { name: 'same.png', bytes: images.jpeg })
  await deleteAlarmImage(admin(), id)
  expect(await db().mailImage.count()).toBe(1)
  await db().alarmImage.deleteMany()
  await deleteOldAlarms(90)
  expect(await db().mailImage.count()).toBe(0)
})

it('a name that does not exist is refused where it stands; at sending it is left out, and said at the rule', async () => {
  expect(await refusalOf(rule(plant))).toBe('alarm-image-unknown')
  await addAlarmImage(world.other.adminViewer, { name: 'plant.png', bytes: images.png })
  expect(await refusalOf(rule(plant))).toBe('alarm-image-unknown')
  expect(await refusalOf(rule(`{% if true %}{{ "plant.png" | image }}{% endif %}`))).toBe(
    'alarm-image-unknown',
  )
  const imageId = await add('plant.png')
  const ruleId = await rule(plant)
  await deleteAlarmImage(admin(), imageId)
  await take()
  await evaluate()
  const [mail] = await mails()
  expect(html(mail)).toContain('<p>Hot</p>')
  expect(html(mail)).not.toContain('<img')
  expect(await readRule(admin(), ruleId)).toMatchObject({
    problem: 'image-missing',
    problemDetail: 'plant.png',
  })
  // Neither the subject nor the plain text can show one.
  const settings = { recipients: ['watch@example.org'], body: `{{ 'plant.png' | image }}` }
  expect(await refusalOf(saveRule(admin(), { name: 'Text', settings }))).toBe('alarm-template-invalid')
})

it('what an alarm says cannot show an image or more than its name', async () => {
  await add('plant.png')
  await rule(`{{ alarm.type | image }}|{{ alarm.details.name | image }}|{{ alarm.details.html }}`)
  await take('plant.png', {
    details: { name: '"><script>', html: '<img src="cid:x@latchkey">' },
  })
  await evaluate()
  const [mail] = await mails()
  expect(html(mail)).toMatch(/^<img src="cid:[\w-]{43}@latchkey" alt="plant.png">\|\|&#60;img/)
})

it('a mail carries 5 images at most, and 500 kB of them', async () => {
  const shows = (names: string[]) => names.map(name => `{{ '${name}' | image }}`).join('')
  const six = ['1.png', '2.png', '3.png', '4.png', '5.png', '6.png']
  for (const [index, name] of six.entries()) await add(name, long(1_000, index))
  expect(await refusalOf(rule(shows(six)))).toBe('too-many-images-in-mail')
  for (const name of ['a.png', 'b.png', 'c.png']) await add(name, long(190_000, name.charCodeAt(0)))
  expect(await refusalOf(rule(shows(['a.png', 'b.png', 'c.png'])))).toBe('too-many-images-in-mail')
  // Names that are known only when an alarm comes.
  const ruleId = await rule(`{% for name in alarm.details.names %}{{ name | image }}{% endfor %}`)
  const tried = (names: string[]) =>
    tryRules(
      admin(),
      { json: JSON.stringify({ originator: 'B', type: 'T', severity: 'major', details: { names } }) },
      { ruleId },
    )
  const [many] = await tried([...six, ...six])
  expect(many).toMatchObject({ problem: 'images-too-many', detail: '6.png' })
  expect(many?.mail?.html.match(/<img src="data:image\/png;base64,/g)).toHaveLength(10)
  const [large] = await tried(['a.png', 'b.png', 'c.png'])
  expect(large).toMatchObject({ problem: 'images-too-many', detail: 'c.png' })
})

it('a rule that is tried shows it, and sends it', async () => {
  await add('plant.png')
  const draft = { name: 'Draft', settings: { recipients: ['watch@example.org'], html: plant } }
  const alarm = { json: JSON.stringify({ originator: 'B', type: 'T', severity: 'major' }) }
  const [trial] = await tryRules(admin(), alarm, { draft })
  expect(trial?.mail?.html).toContain(asData(images.png))
  await sendTrial(admin(), alarm, { draft })
  expect(await db().mailImageUse.count()).toBe(1)
})

it('is of one tenant', async () => {
  const id = await add('plant.png')
  const { other, acme } = world
  expect(await refusalOf(readAlarmImage(other.adminViewer, id))).toBe('alarm-image-not-found')
  expect(await refusalOf(deleteAlarmImage(other.adminViewer, id))).toBe('alarm-image-not-found')
  expect(await refusalOf(readAlarmImage(acme.userViewer, id))).toBe('not-allowed')
  expect(await listAlarmImages(other.adminViewer)).toEqual([])
  expect(await readAlarmImage(admin(), id)).toMatchObject({ type: 'image/png' })
})
