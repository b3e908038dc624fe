// One SMTP connection as lines: commands out, replies in, each step with its own time limit (RFC 5321 §4.2).
import type { Socket } from 'node:net'
import { SubmissionError } from './failure'
import type { SmtpReply } from './outcome'
import type { Patience } from './patience'
import type { Protocol } from './protocol'

/** A reply, its text cut to what anybody reads; with its whole lines, which only EHLO needs. */
export type Reply = SmtpReply & { lines: string[] }

/** A connection over which the server has introduced itself. */
export type Dialogue = {
  wire: Wire
  patience: Patience
  /** The keywords of the last EHLO in upper case, each with its parameters. */
  extensions: Map<string, string[]>
}

/** More than any server has to say in one reply; a peer that never ends one is cut off here. */
const longestReply = 64 * 1024
/** So much of a reply's text is told, and looked at for its meaning. */
const longestText = 2048

export class Wire {
  private received = ''
  private end: SubmissionError | null = null
  private wake: () => void = () => {}

  constructor(
    private readonly socket: Socket,
    /** Of the mail that is under way; changes with it where a connection serves several. */
    public protocol: Protocol,
    /** Milliseconds for each reply and each write that has no time of its own. */
    private readonly timeout: number,
  ) {
    socket.on('data', this.onData)
    socket.on('error', this.onError)
    socket.on('end', this.onClose)
    socket.on('close', this.onClose)
    socket.resume()
  }

  /** Sends one command and waits for its reply. `shown` stands for it in the transcript if it is secret. */
  async command(line: string, shown = line): Promise<Reply> {
    refuseTwoLines(line)
    this.protocol.line('client', shown)
    await this.write(`${line}\r\n`)
    return this.reply()
  }

  /** Sends commands, several at once where that is allowed (RFC 2920); each has its `reply()`, in the same order. */
  async commands(lines: string[]): Promise<void> {
    await this.write(this.joined(lines))
  }

  /** Several commands as they go out at once, noted in the protocol of the mail that they belong to. */
  joined(lines: string[], protocol = this.protocol): string {
    for (const line of lines) {
      refuseTwoLines(line)
      protocol.line('client', line)
    }
    return `${lines.join('\r\n')}\r\n`
  }

  /** Waits for one complete reply, at most `timeout` milliseconds. */
  async reply(timeout = this.timeout): Promise<Reply> {
    const deadline = performance.now() + timeout
    for (;;) {
      const reply = this.takeReply()
      if (reply) return reply
      if (this.end) throw this.end
      await this.more(deadline)
    }
  }

  /** Hands bytes to the operating system; resolves when it took them, so that a full pipe is noticed. */
  async write(bytes: Buffer | string, timeout = this.timeout): Promise<void> {
    if (this.end) return // the reader tells: perhaps the server said why before it left
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new SubmissionError({ kind: 'timeout' })), timeout)
      const settle = () => {
        clearTimeout(timer)
        resolve()
      }
      this.socket.once('close', settle)
      this.socket.write(bytes, () => {
        this.socket.off('close', settle)
        settle()
      })
    })
  }

  /** True when the server has said something or left, without being asked. */
  get interrupted() {
    return this.ended || this.received.trim() !== ''
  }

  /** True when nothing can be said to the server any more. */
  get ended() {
    return this.end !== null || this.socket.destroyed || this.socket.writableEnded
  }

  /**
   * Gives the bare socket away, for TLS. Bytes that came in clear after the reply to STARTTLS would be taken
   * for part of the protected dialogue: refused (CVE-2011-0411).
   */
  release(): Socket {
    if (this.received !== '') throw new SubmissionError({ kind: 'nonsense', text: this.received })
    if (this.end) throw this.end
    this.detach()
    this.socket.pause()
    return this.socket
  }

  /**
   * Says goodbye. The outcome is known and must be recorded now, so nobody has to wait for the answer; it
   * resolves when the server has gone too, after 2 s at the latest.
   */
  quit(): Promise<void> {
    this.leaving ??= this.leave()
    return this.leaving
  }
  private leaving: Promise<void> | null = null

  private async leave(): Promise<void> {
    if (this.ended) return this.destroy()
    this.protocol.line('client', 'QUIT')
    this.detach()
    this.socket.on('error', () => {})
    this.socket.resume()
    this.socket.end('QUIT\r\n')
    const timer = setTimeout(() => this.socket.destroy(), 2000).unref()
    await new Promise(resolve => this.socket.once('close', resolve))
    clearTimeout(timer)
  }

  destroy() {
    this.detach()
    this.socket.on('error', () => {})
    this.socket.destroy()
  }

  /** Between replies they mean nothing, and some servers send them. */
  private skipBlankLines() {
    this.received = this.received.replace(/^(?:[ \t]*\r?\n)+/, '')
  }

  private takeReply(): Reply | null {
    this.skipBlankLines()
    const lines: string[] = []
    let rest = this.received
    for (;;) {
      const at = rest.indexOf('\n')
      if (at < 0) return this.checkUnfinished(rest)
      const line = decode(rest.slice(0, at).replace(/\r$/, ''))
      rest = rest.slice(at + 1)
      const parts = /^([2-5]\d\d)(?:([ -])(.*))?$/s.exec(line)
      // All lines of a reply say the same code (RFC 5321 §4.2.1). One that says yes and no says nothing.
      if (!parts || (lines[0] ?? line)[0] !== line[0]) return this.refuse([...lines, line].join('\n'))
      lines.push(line)
      if (parts[2] !== '-') break
    }
    this.received = rest
    for (const line of lines) this.protocol.line('server', line)
    return parseReply(lines.map(line => this.protocol.blank(line)))
  }

  private checkUnfinished(rest: string) {
    // A TLS record or a web page need not contain a line break; do not wait for one that will not come.
    if (looksLikeTls(rest) || this.received.length > longestReply) return this.refuse(rest)
    if (this.end && rest !== '') return this.refuse(rest)
    return null
  }

  private refuse(text: string): never {
    const start = decode(text.slice(0, 500))
    this.protocol.line('server', start)
    this.received = ''
    throw new SubmissionError({ kind: 'nonsense', text: start })
  }

  private more(deadline: number) {
    return new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new SubmissionError({ kind: 'timeout' })),
        Math.max(0, deadline - performance.now()),
      )
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  private detach() {
    this.socket.off('data', this.onData)
    this.socket.off('error', this.onError)
    this.socket.off('end', this.onClose)
    this.socket.off('close', this.onClose)
  }

  private readonly onData = (chunk: Buffer) => {
    this.received += chunk.toString('latin1')
    this.wake()
  }
  private readonly onError = (error: NodeJS.ErrnoException) => this.endWith(error.code ?? error.message)
  private readonly onClose = () => this.endWith(null)

  private endWith(code: string | null) {
    if (!this.end) {
      this.end = new SubmissionError({ kind: 'closed', code })
      this.protocol.note(code ? `The connection broke off (${code})` : 'The other side closed the connection')
    }
    this.wake()
  }
}

/** Nothing that came from a form or an address may smuggle in a second command. */
function refuseTwoLines(line: string) {
  if (/\p{Cc}/u.test(line)) throw new TypeError('An SMTP command must be one line')
}

/** The head of a TLS record (RFC 8446 §5.1): a server that wanted TLS from the first byte answers with an alert. */
export const looksLikeTls = (text: string) =>
  text.charCodeAt(0) >= 20 && text.charCodeAt(0) <= 23 && text.charCodeAt(1) === 3

/** Splits the enhanced status code (RFC 2034) off each line. */
function parseReply(lines: string[]): Reply {
  let enhanced: string | null = null
  const texts = lines.map(line => {
    // Where a server puts a general code in front of the one its rule gave, the inner one says more.
    const parts = /^((?:[245]\.\d{1,3}\.\d{1,3}(?:\s+|$))*)(.*)$/s.exec(line.slice(4))
    enhanced ??= parts?.[1]?.trim().split(/\s+/).at(-1) || null
    return (parts?.[2] ?? '').trim()
  })
  const text = texts.join(' ').trim().slice(0, longestText)
  return { code: Number(lines.at(-1)?.slice(0, 3)), enhanced, text, lines: texts }
}

/** Reply texts have no declared character set: UTF-8 if it is that, else byte by byte. */
function decode(bytes: string) {
  const text = Buffer.from(bytes, 'latin1').toString('utf8')
  return text.includes('\uFFFD') ? bytes : text
}
