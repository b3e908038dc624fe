// The SMTP dialogue up to the point where mail can be handed over (RFC 5321 §3.1, RFC 3207, RFC 4954).
import type net from 'node:net'
import { ehloName } from './ehlo-name'
import { encrypt } from './encryption'
import { decided, SubmissionError } from './failure'
import { signIn, type TokenKeeping } from './login'
import type { SmtpReply } from './outcome'
import { type Patience, patienceOf } from './patience'
import type { Facts, Protocol } from './protocol'
import { connectTo, type Lookup } from './reach'
import type { MailServerSecrets, MailServerSettings } from './settings'
import { type Waiting, waitAlone } from './silence'
import { type Dialogue, type Reply, Wire } from './wire'

export type { Dialogue } from './wire'

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

export const noProgress = (): Progress => ({
  offersAuth: false,
  authenticated: false,
  contentSent: false,
  socket: null,
})

export type DialogueOptions = TokenKeeping & {
  lookup?: Lookup
  publicOnly?: boolean
  signal?: AbortSignal
  /** How the steps are waited for that a server of another kind would leave in silence. */
  wait?: Waiting
  /** By default that of a mail that nobody watches. */
  patience?: Patience
}

/** Connects, encrypts and signs in as the settings say. Reports `dns` to `auth`. */
export async function openDialogue(
  settings: MailServerSettings,
  secrets: MailServerSecrets,
  protocol: Protocol,
  progress: Progress,
  {
    lookup,
    publicOnly,
    signal,
    wait = waitAlone,
    patience = patienceOf(settings.timeoutSeconds, false),
    ...keeping
  }: DialogueOptions = {},
): Promise<Dialogue> {
  let socket = await wait('connect', connectTo(settings, secrets, protocol, { lookup, publicOnly, signal }))
  progress.socket = socket
  if (settings.encryption === 'implicit-tls') {
    const plain = socket
    socket = await protocol.stage('tls', facts => wait('tls', encrypt(plain, settings, facts)))
    progress.socket = socket
    noteTls(protocol, socket)
  }
  const wire = new Wire(socket, protocol, patience.step)
  // RFC 5321 §4.3.1: while the greeting may still come, a client only listens.
  await protocol.stage('greeting', async facts => {
    const greeting = await wait('greeting', wire.reply())
    facts.banner = greeting.text
    agreed(greeting)
  })
  let dialogue: Dialogue = {
    wire,
    patience,
    extensions: await protocol.stage('ehlo', facts => introduce(wire, settings, facts)),
  }
  if (settings.encryption === 'starttls')
    dialogue = await startTls(dialogue, socket, settings, protocol, progress)
  if (settings.encryption === 'none') protocol.skip('tls')
  progress.offersAuth = dialogue.extensions.has('AUTH')
  if (settings.authentication === 'none') protocol.skip('auth')
  else
    await protocol.stage('auth', facts =>
      signIn(dialogue, settings, secrets, protocol, facts, { ...keeping, publicOnly }),
    )
  progress.authenticated = settings.authentication !== 'none'
  return dialogue
}

/** EHLO, or HELO for a server that does not know it (RFC 5321 §3.2). */
async function introduce(wire: Wire, settings: MailServerSettings, facts: Facts) {
  const name = ehloName(settings)
  facts.name = name
  let reply = await wire.command(`EHLO ${name}`)
  const tooOld = [500, 502, 504].includes(reply.code)
  if (tooOld && settings.encryption !== 'starttls') reply = await wire.command(`HELO ${name}`)
  agreed(reply)
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
  { wire, patience, extensions }: Dialogue,
  socket: net.Socket,
  settings: MailServerSettings,
  protocol: Protocol,
  progress: Progress,
): Promise<Dialogue> {
  return protocol.stage('tls', async facts => {
    if (!extensions.has('STARTTLS')) {
      // Some firewalls overwrite the keyword in the server's answer: Cisco writes "XXXXXXXA".
      const stripped = [...extensions.keys()].some(keyword => /^X{4,}/.test(keyword))
      throw decided('starttls-not-offered', { stripped: stripped ? 'yes' : 'no' })
    }
    agreed(await wire.command('STARTTLS'))
    wire.release()
    const secured = await encrypt(socket, settings, facts)
    progress.socket = secured
    noteTls(protocol, secured)
    const inside = new Wire(secured, protocol, patience.step)
    // RFC 3207 §4.2: what was offered in clear is forgotten.
    const again: Facts = {}
    const offered = await introduce(inside, settings, again)
    facts.capabilities = again.capabilities ?? []
    return { wire: inside, patience, extensions: offered }
  })
}

/** The server's yes: any 2yz, for the first digit decides (RFC 5321 §4.3.2). */
export const agreed = (reply: Reply) => expectDigit(reply, 2)

/** "Go on": any 3yz, which only DATA is answered with, and the steps of a login. */
export const goesOn = (reply: Reply) => expectDigit(reply, 3)

/**
 * @throws with the refusal, 4yz or 5yz; anything else is no answer to this step, and leaves open what the
 *   server believes: it is told as nonsense, after which nothing more may be said
 */
function expectDigit(reply: Reply, digit: number): SmtpReply {
  const { code, enhanced, text } = reply
  if (digitOf(reply) === digit) return { code, enhanced, text }
  if (digitOf(reply) >= 4) throw new SubmissionError({ kind: 'reply', reply: { code, enhanced, text } })
  throw new SubmissionError({ kind: 'nonsense', text: `${code} ${text}` })
}

const digitOf = ({ code }: Reply) => Math.floor(code / 100)

function noteTls(protocol: Protocol, socket: net.Socket) {
  const secured = socket as import('node:tls').TLSSocket
  protocol.note(`Encrypted with ${secured.getProtocol()}, ${secured.getCipher()?.standardName}`)
}
