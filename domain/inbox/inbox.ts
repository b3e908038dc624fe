// The built-in inbox: a real SMTP server on loopback, so that the whole story can be seen without an account anywhere.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import { record } from '@/domain/audit/audit'
import { requireSystemAdministrator, type Viewer } from '@/domain/viewer'
import { deleteInBatches, type GoOn } from '@/lib/batches'
import { now } from '@/lib/clock'
import { db, rowId, sqlNow, transaction } from '@/lib/db'
import { env } from '@/lib/env'
import { perProcess } from '@/lib/global'
import { keyring } from '@/lib/keyring'
import { landingPages } from '@/lib/landing-pages'
import { Refusal } from '@/lib/refusal'
import type { SealedColumn } from '@/lib/sealed-column'

/** Older mails make room: the inbox is for looking, not for keeping. */
const kept = 500
const keptDays = 30
const largestBytes = 25 * 1024 * 1024

/**
 * Listens for mail on loopback.
 * @param port a fixed port, or 0 for any free one
 * @throws the listener's error, for example EADDRINUSE
 */
export async function startInbox(port: number): Promise<{ port: number; stop(): Promise<void> }> {
  const { SMTPServer } = await import('smtp-server')
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: largestBytes,
    logger: false,
    banner: 'Latchkey inbox',
    // Clients keep their connections open; whoever stops it does not wait for them.
    closeTimeout: 500,
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (stream.sizeExceeded)
          return done(Object.assign(new Error('Message too large'), { responseCode: 552 }))
        const recipients = session.envelope.rcptTo.map(({ address }) => address)
        const sender = session.envelope.mailFrom ? session.envelope.mailFrom.address : ''
        receive(sender, recipients, Buffer.concat(chunks)).then(
          id => done(null, `Kept as ${id}`),
          () => done(Object.assign(new Error('The inbox cannot store mail just now'), { responseCode: 451 })),
        )
      })
    },
  })
  // What a client does wrong is told to the client; it is no trouble of ours.
  server.on('error', () => {})
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve())
  })
  const address = server.server.address()
  open.port = typeof address === 'object' && address ? address.port : port
  return {
    port: open.port,
    stop() {
      open.port = null
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}

/** Loaded with the first mail: most installations have no inbox, and it takes 20 MB. */
const mailParser = () => import('mailparser')

const open = perProcess<{ port: number | null }>('inbox', () => ({ port: null }))

/** The port of loopback that takes mail for the inbox; null when it is off. */
export const inboxPort = (): number | null => open.port

/** Whether a port of loopback can be listened on. */
export const portIsFree = (port: number) =>
  new Promise<boolean>(resolve => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })

async function receive(sender: string, recipients: string[], source: Buffer): Promise<string> {
  const { simpleParser } = await mailParser()
  const { subject = '' } = await simpleParser(source, { skipHtmlToText: true, skipTextToHtml: true })
  const id = randomUUID()
  await db().inboxMail.create({
    data: {
      id,
      sender,
      recipients,
      subject,
      // Byte for byte: latin1 maps each byte to one character and back.
      sealedSource: keyring().seal(source.toString('latin1'), place(id)),
      receivedAt: now(),
    },
  })
  const oldest = await db().inboxMail.findMany({
    orderBy: { receivedAt: 'desc' },
    skip: kept,
    select: { id: true },
  })
  if (oldest.length > 0)
    await db().inboxMail.deleteMany({ where: { id: { in: oldest.map(mail => mail.id) } } })
  return id
}

const place = (id: string) => `InboxMail.sealedSource:${id}`

/** For a rotation of the keys. */
export const sealedSource: SealedColumn = { table: 'InboxMail', column: 'sealedSource', place }

export const pageSize = 50

/** The received mails, newest first. */
export async function listInbox(
  viewer: Viewer,
  { search = '', page = 1 }: { search?: string; page?: number },
) {
  requireSystemAdministrator(viewer)
  const mails = await db().inboxMail.findMany({
    orderBy: { receivedAt: 'desc' },
    select: { id: true, sender: true, recipients: true, subject: true, receivedAt: true, readAt: true },
  })
  // There are few enough to look through here, and a database cannot look inside of a list of addresses.
  const wanted = search.toLowerCase()
  const found = mails.filter(({ subject, sender, recipients }) =>
    [subject, sender, ...recipients].some(text => text.toLowerCase().includes(wanted)),
  )
  return {
    mails: found.slice((page - 1) * pageSize, page * pageSize),
    found: found.length,
    total: mails.length,
  }
}

/** One mail as it came, and as a mail program reads it. @throws Refusal mail-not-found */
export async function readInboxMail(viewer: Viewer, id: string) {
  requireSystemAdministrator(viewer)
  const mail = await db().inboxMail.findUnique({ where: { id: rowId(id) } })
  if (!mail) throw new Refusal('mail-not-found')
  const source = Buffer.from(keyring().open(mail.sealedSource, place(mail.id)), 'latin1')
  const { simpleParser } = await mailParser()
  const parsed = await simpleParser(source, {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
  })
  return {
    id: mail.id,
    sender: mail.sender,
    recipients: mail.recipients,
    subject: mail.subject,
    receivedAt: mail.receivedAt,
    readAt: mail.readAt,
    from: parsed.from?.text ?? mail.sender,
    text: parsed.text ?? '',
    html: parsed.html || '',
    headers: parsed.headerLines.map(({ key, line }) => ({
      name: line.slice(0, key.length),
      value: line.slice(key.length + 1).trim(),
    })),
    source: source.toString('utf8'),
    /** The first link of ours in it, to be opened where nobody is signed in */
    link: linkIn(`${parsed.text ?? ''} ${parsed.html || ''}`),
  }
}

/** Of a mail of Latchkey's: the address of the landing page that it leads to. */
function linkIn(text: string): string | null {
  const addresses = text.match(/https?:\/\/[^\s<>"']+/g) ?? []
  return addresses.find(address => address.startsWith(env().appUrl) && landingPages.test(address)) ?? null
}

/** Notes that somebody has looked at a mail. Twice is once. @throws Refusal not-allowed */
export async function markRead(viewer: Viewer, id: string): Promise<void> {
  requireSystemAdministrator(viewer)
  await db().inboxMail.updateMany({ where: { id: rowId(id), readAt: null }, data: { readAt: now() } })
}

/** For looking, not for keeping: the newest hundreds, of a month. @returns how many went */
export const deleteOldInboxMails = (goOn: GoOn): Promise<number> =>
  deleteInBatches(
    goOn,
    batch => db().$executeRaw`
      DELETE FROM "InboxMail" WHERE id IN (
        SELECT id FROM "InboxMail"
        WHERE "receivedAt" < ${sqlNow()} - ${keptDays}::int * interval '1 day' LIMIT ${batch})`,
  )

export const emptyInbox = (viewer: Viewer): Promise<void> =>
  transaction(async tx => {
    requireSystemAdministrator(viewer)
    const { count } = await tx.inboxMail.deleteMany()
    const subject = { type: 'installation' as const, id: null, label: 'inbox' }
    await record(tx, viewer, 'inbox.emptied', subject, { before: { mails: count } })
  })
