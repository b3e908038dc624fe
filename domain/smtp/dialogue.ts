// The SMTP dialogue up to the point where mail can be handed over (RFC 5321 §3.1, RFC 3207, RFC 4954).
import type net from 'node:net'
import { ehloName } from './ehlo-name'
import { encrypt } from './encryption'
import { decided, SubmissionError } from './failure'
import { signIn, type TokenKeeping } from './login'
import type { Facts, SubmissionRecord } from './protocol'
import { connectTo, type Lookup } from './reach'
import type { MailServerSecrets, MailServerSettings } from './settings'
import { type Beside, withNobodyBeside } from './silence'
import { type Reply, type Session, Wire } from './wire'

export type { Session } from './wire'

/**
 * What is known of the dialogue so far. It outlives a failure: the classifier needs to know whether the
 * server offered a login, and whether the message had been sent when the connection broke.
 */
export type Progress = {
  offersAuth: boolean
  authenticated: boolean
  contentSent: boolean
  socket: net.Socket | null
}

export type SessionOptions = TokenKeeping & { lookup?: Lookup; signal?: AbortSignal; beside?: Beside }

/** Connects, encrypts and signs in as the settings say. Reports `dns` to `auth`. */
export async function openSession(
  settings: MailServerSettings,
  secrets: MailServerSecrets,
  record: SubmissionRecord,
  progress: Progress,
  { lookup, signal, beside = withNobodyBeside, ...keeping }: SessionOptions = {},
): Promise<Session> {
  const timeout = settings.timeoutSeconds * 1000
  let socket = await beside('connect', connectTo(settings, secrets, record, lookup, signal))
  progress.socket = socket
  if (settings.encryption === 'implicit-tls') {
    const plain = socket
    socket = await record.stage('tls', facts => beside('tls', encrypt(plain, settings, facts)))
    progress.socket = socket
    noteTls(record, socket)
  }
  const wire = new Wire(socket, record, timeout)
  await record.stage('greeting', async facts => {
    const greeting = await beside('greeting', wire.reply())
    facts.banner = greeting.text
    expect(greeting, 220)
  })
  let session: Session = {
    wire,
    extensions: await record.stage('ehlo', facts => introduce(wire, settings, facts)),
  }
  if (settings.encryption === 'starttls')
    session = await startTls(session, socket, settings, record, progress)
  if (settings.encryption === 'none') record.skip('tls')
  progress.offersAuth = session.extensions.has('AUTH')
  if (settings.authentication === 'none') record.skip('auth')
  else await record.stage('auth', facts => signIn(session, settings, secrets, record, facts, keeping))
  progress.authenticated = settings.authentication !== 'none'
  return session
}

/** EHLO, or HELO for a server that does not know it (RFC 5321 §3.2). */
async function introduce(wire: Wire, settings: MailServerSettings, facts: Facts) {
  const name = ehloName(settings)
  facts.name = name
  let reply = await wire.command(`EHLO ${name}`)
  const tooOld = [500, 502, 504].includes(reply.code)
  if (tooOld && settings.encryption !== 'starttls') reply = await wire.command(`HELO ${name}`)
  expect(reply, 250)
  const keywords = tooOld ? [] : reply.lines.slice(1)
  facts.capabilities = keywords
  return extensionsOf(keywords)
}

function extensionsOf(keywords: string[]) {
  const extensions = new Map<string, string[]>()
  for (const line of keywords) {
    // `AUTH=LOGIN` is how Outlook Express once wanted it; some servers still say only that.
    const [keyword = '', ...parameters] = line
      .toUpperCase()
      .replace(/^AUTH=/, 'AUTH ')
      .split(/\s+/)
    extensions.set(keyword, [...(extensions.get(keyword) ?? []), ...parameters])
  }
  return extensions
}

async function startTls(
  { wire, extensions }: Session,
  socket: net.Socket,
  settings: MailServerSettings,
  record: SubmissionRecord,
  progress: Progress,
): Promise<Session> {
  return record.stage('tls', async facts => {
    if (!extensions.has('STARTTLS')) {
      // Some firewalls overwrite the keyword in the server's answer: Cisco writes "XXXXXXXA".
      const stripped = [...extensions.keys()].some(keyword => /^X{4,}/.test(keyword))
      throw decided('starttls-not-offered', { stripped: stripped ? 'yes' : 'no' })
    }
    expect(await wire.command('STARTTLS'), 220)
    wire.release()
    const secured = await encrypt(socket, settings, facts)
    progress.socket = secured
    noteTls(record, secured)
    const inside = new Wire(secured, record, settings.timeoutSeconds * 1000)
    // RFC 3207 §4.2: what was offered in clear is forgotten.
    const again: Facts = {}
    const offered = await introduce(inside, settings, again)
    facts.capabilities = again.capabilities ?? []
    return { wire: inside, extensions: offered }
  })
}

export function expect(reply: Reply, ...codes: number[]) {
  if (codes.includes(reply.code)) return reply
  const { code, enhanced, text } = reply
  throw new SubmissionError({ kind: 'reply', reply: { code, enhanced, text } })
}

function noteTls(record: SubmissionRecord, socket: net.Socket) {
  const secured = socket as import('node:tls').TLSSocket
  record.note(`Encrypted with ${secured.getProtocol()}, ${secured.getCipher()?.standardName}`)
}
