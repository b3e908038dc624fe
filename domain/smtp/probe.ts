// Further questions to a server after a failed test mail, for what the dialogue alone cannot tell apart.
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Cause } from './causes'
import { protocolOf } from './classify'
import { ehloName } from './ehlo-name'
import { handshake } from './encryption'
import type { Failed, Network, TranscriptLine } from './outcome'
import { Protocol } from './protocol'
import { connectTo } from './reach'
import type { MailServerSecrets, MailServerSettings } from './settings'

/** Seconds for each step of a question, unless the administrator is less patient. */
const patience = 2
/** Milliseconds before a question, in which a server that counts connections sees the end of the one before. */
const breath = 100
/** Servers that hold their greeting back to catch those who talk first do so for less than so many seconds. */
const longestHeldBack = 10

type Question = {
  port: number
  tls: boolean
  /** Seconds to wait for the first word, if not `patience`. */
  listen?: number
  /** Ask like a browser then, if nothing was said. */
  speak?: boolean
}
type Answer = {
  protocol: 'smtp' | 'http' | 'imap' | 'pop3' | 'ssh' | 'unknown' | 'silent'
  startTls: boolean
}

/** What a port speaks that the dialogue did not expect, as the cause that it explains. */
type Meaning = { cause: Cause; detail: Record<string, string>; seen: string }
type OtherPort = { openPort: string; openEncryption: string }

/**
 * The questions about one server. Its own port is asked when the dialogue has given up, one connection after
 * the other: servers count those of a client. The neighbouring ports may be listened to before, each over one connection.
 */
export class Probes {
  /** Seconds; one is what an answer may take on any line. */
  private readonly patience: number
  private readonly usualPorts: number[]
  private readonly tlsPorts: number[]
  private readonly stopping = new AbortController()
  private otherPort: Promise<OtherPort | null> | undefined
  private allow: () => void = () => {}
  private readonly allowed = new Promise<void>(resolve => {
    this.allow = resolve
  })

  /** Nothing is asked yet. */
  constructor(
    private readonly settings: MailServerSettings,
    private readonly secrets: MailServerSecrets,
    private readonly network: Network = {},
  ) {
    this.patience = Math.min(patience, Math.max(1, settings.timeoutSeconds))
    this.usualPorts = network.usualPorts ?? [587, 465, 2525, 25]
    this.tlsPorts = network.tlsPorts ?? [465]
  }

  /** Begins with the neighbouring ports; until `explain` not a word is said to one that has not greeted. */
  listenElsewhere(): void {
    this.otherPort ??= this.findOtherPort()
  }

  /** Whether SMTP over TLS is spoken on the port. Asks only where TLS is usual and the settings have it otherwise. */
  async wantsTls(): Promise<boolean> {
    const { port, encryption } = this.settings
    if (encryption === 'implicit-tls' || !this.tlsPorts.includes(port)) return false
    return (await this.ask({ port, tls: true }))?.protocol === 'smtp'
  }

  /**
   * Makes a failure more exact: what answered instead of SMTP, whether the port wants TLS from the first byte,
   * and whether another usual port answers (`openPort`, `openEncryption`).
   */
  async explain(failed: Failed): Promise<Failed> {
    this.allow()
    const unclear = isUnclear(failed, this.settings)
    if (!unclear && !wantsOtherPort.includes(failed.cause)) return failed
    this.listenElsewhere()
    const { port } = this.settings
    const meaning = unclear ? await this.meaningOf(failed) : null
    const notes = unclear ? [`Probed port ${port}: ${meaning?.seen ?? 'no answer that tells more'}`] : []
    const cause = meaning?.cause ?? failed.cause
    const detail = { ...failed.detail, ...meaning?.detail }
    // Else the port is right, and only its encryption wrong.
    if (cause !== 'tls-expected' && detail.starttls !== 'yes') {
      const other = await this.otherPort
      if (other) notes.push(`Port ${other.openPort} of the same host answers`)
      Object.assign(detail, other)
    }
    return { ...failed, cause, detail, transcript: [...failed.transcript, ...noted(notes, failed)] }
  }

  /** Asks nothing more, and hangs up. */
  stop(): void {
    this.stopping.abort()
  }

  /** Speaks to the port as the dialogue did not; the first telling answer decides. */
  private async meaningOf({ phase, cause }: Failed): Promise<Meaning | null> {
    const { port, encryption, timeoutSeconds } = this.settings
    if (encryption === 'implicit-tls') {
      if (phase === 'greeting')
        return foreign(await this.ask({ port, tls: true, listen: 0, speak: true }), 'over TLS')
      // Something that knows no TLS has answered to it, or nobody has.
      const answered = cause === 'tls-not-spoken'
      const listen = answered ? Math.min(timeoutSeconds, longestHeldBack) : this.patience * 2
      const answer = await this.ask({ port, tls: false, listen, speak: answered })
      if (answer?.protocol !== 'smtp') return foreign(answer, 'in clear')
      const detail = { starttls: answer.startTls ? 'yes' : 'no' }
      return { cause: 'tls-not-spoken', detail, seen: 'in clear, SMTP answers' }
    }
    const inside = await this.ask({ port, tls: true })
    if (inside?.protocol === 'smtp')
      return { cause: 'tls-expected', detail: {}, seen: 'over TLS, SMTP answers' }
    if (cause === 'tls-expected') return foreign(inside, 'over TLS')
    const asked = () => this.ask({ port, tls: false, listen: 0, speak: true })
    return (
      foreign(inside, 'over TLS') ??
      foreign(await asked(), 'in clear to an HTTP request') ??
      (inside && { cause: 'tls-expected', detail: {}, seen: 'over TLS, somebody answers' })
    )
  }

  /** The first usual submission port beside the configured one that answers like a mail server. */
  private async findOtherPort(): Promise<OtherPort | null> {
    const candidates = this.usualPorts.filter(usual => usual !== this.settings.port)
    const answers = await Promise.all(candidates.map(candidate => this.encryptionAt(candidate)))
    const at = answers.findIndex(answer => answer !== null)
    return at < 0 ? null : { openPort: String(candidates[at]), openEncryption: answers[at] ?? '' }
  }

  /** With which encryption SMTP is spoken on a neighbouring port. */
  private async encryptionAt(port: number): Promise<MailServerSettings['encryption'] | null> {
    const { encryption, timeoutSeconds } = this.settings
    if (!this.tlsPorts.includes(port)) {
      const listen = Math.min(timeoutSeconds, longestHeldBack)
      const answer = await this.ask({ port, tls: false, listen })
      if (answer?.protocol === 'smtp' && answer.startTls) return 'starttls'
      if (answer?.protocol === 'smtp') return encryption === 'none' ? 'none' : null
      if (answer?.protocol !== 'silent') return null
    }
    await this.allowed
    const inside = await this.ask({ port, tls: true })
    return inside?.protocol === 'smtp' ? 'implicit-tls' : null
  }

  /** Connects anew and looks at the first thing that comes back. Null: no connection, or no TLS where asked. */
  private async ask(question: Question): Promise<Answer | null> {
    const { patience } = this
    const { port, tls, listen = patience, speak = false } = question
    const settings = { ...this.settings, port, timeoutSeconds: patience }
    const { signal } = this.stopping
    let socket: Socket | undefined
    const hangUp = () => socket?.destroy()
    signal.addEventListener('abort', hangUp)
    try {
      await pause(breath, null, { signal })
      socket = await connectTo(settings, this.secrets, new Protocol(), { ...this.network, signal })
      // Only a banner is read and nothing secret is said, so the certificate does not matter here.
      if (tls) socket = await handshake(socket, settings)
      let banner = listen > 0 ? await heard(socket, /\n/, listen) : ''
      const asked = banner === '' && speak
      if (asked) {
        socket.write('GET / HTTP/1.0\r\n\r\n')
        banner = await heard(socket, /\n/, patience)
      }
      if (banner === '') return { protocol: 'silent', startTls: false }
      if (!/^220[ -]/.test(banner))
        return { protocol: protocolOf(banner) as Answer['protocol'], startTls: false }
      if (asked) return { protocol: 'smtp', startTls: false }
      socket.write(`EHLO ${ehloName(settings)}\r\n`)
      const capabilities = await heard(socket, /^\d{3} [^\n]*\n/m, patience)
      socket.end('QUIT\r\n')
      return { protocol: 'smtp', startTls: /^250[ -]STARTTLS/im.test(capabilities) }
    } catch {
      return null
    } finally {
      signal.removeEventListener('abort', hangUp)
      socket?.destroy()
    }
  }
}

const wantsOtherPort: Cause[] = ['connection-refused', 'connect-timeout', 'not-smtp', 'starttls-not-offered']

/** Silence, a cut or garbage around greeting and handshake can mean any other protocol. */
function isUnclear({ cause, phase, detail }: Failed, { encryption }: MailServerSettings): boolean {
  // The greeting was one of SMTP.
  if (phase === 'tls' && encryption === 'starttls') return false
  if (cause === 'connection-lost-before-data') return phase === 'greeting' || phase === 'tls'
  if (cause === 'not-smtp') return detail.answered === 'unknown'
  return ['greeting-timeout', 'tls-not-spoken', 'tls-expected'].includes(cause)
}

/** A protocol that is not SMTP, if the answer is of one that is known. */
function foreign(answer: Answer | null, way: string): Meaning | null {
  const said = answer?.protocol ?? 'silent'
  if (said === 'silent' || said === 'unknown' || said === 'smtp') return null
  return { cause: 'not-smtp', detail: { answered: said }, seen: `${way}, ${said} answers` }
}

/** Notes behind the last line of a transcript. */
function noted(notes: string[], { stages, transcript }: Failed): TranscriptLine[] {
  const end = stages.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
  const at = Math.max(end, transcript.at(-1)?.at ?? 0)
  return notes.map(text => ({ at, from: 'note', text }))
}

/** What arrives until the pattern matches, the other side closes, or it has taken so many seconds. */
function heard(socket: Socket, until: RegExp, seconds: number) {
  return new Promise<string>(resolve => {
    let text = ''
    const done = () => {
      clearTimeout(timer)
      socket.off('data', onData)
      socket.off('close', done)
      resolve(text)
    }
    const onData = (chunk: Buffer) => {
      text += chunk.toString('latin1')
      if (until.test(text) || text.length > 8192) done()
    }
    const timer = setTimeout(done, seconds * 1000)
    socket.on('data', onData)
    socket.once('close', done)
    socket.resume()
  })
}
