// A connection to a mail server: opened, given one mail after another, closed. Every mail goes this way.
import { classify, replyOf } from './classify'
import { announce, announcement, deliver, queueIdOf } from './delivery'
import { agreed, type Dialogue, noProgress, openDialogue, type Progress } from './dialogue'
import { SubmissionError } from './failure'
import { secretShapes } from './login'
import type { Failed, Mail, Outcome, SubmitOptions } from './outcome'
import { patienceOf } from './patience'
import type { Probes } from './probe'
import { Protocol } from './protocol'
import type { MailServerSecrets, MailServerSettings } from './settings'
import { waitAndListen } from './silence'

export type OpenOptions = Omit<SubmitOptions, 'beforeData' | 'diagnose'> & {
  /** Of somebody who watches: while the server keeps silent, they find out what that means. */
  probes?: Probes
}

/** A connection to a mail server that is signed in and takes one mail after another. */
export class Connection {
  /** How many mails it has been given. */
  used = 0
  private refused = false
  /** The mail that comes next, if its commands have gone out already. */
  private announced: { mail: Mail; protocol: Protocol } | null = null

  private constructor(
    private readonly settings: MailServerSettings,
    private readonly secrets: string[],
    private readonly dialogue: Dialogue,
    private readonly progress: Progress,
    /** Of its opening; it goes on with the first mail. */
    private protocol: Protocol,
    private readonly options: OpenOptions,
    private readonly ended: AbortController,
  ) {}

  /**
   * Connects and signs in, each step within `timeoutSeconds`. Resolves with the failure if that does not succeed.
   * An abort ends the connection unless the content of a mail has left: then its reply is awaited.
   * @throws the reason of the abort
   */
  static async open(
    settings: MailServerSettings,
    secrets: MailServerSecrets,
    options: OpenOptions = {},
  ): Promise<Connection | Failed> {
    const { signal, network, probes } = options
    signal?.throwIfAborted()
    const shapes = secretShapes(settings, secrets)
    const protocol = new Protocol(shapes, options)
    const progress = noProgress()
    const ended = new AbortController()
    const abort = () => !progress.contentSent && progress.socket?.destroy()
    signal?.addEventListener('abort', abort, { signal: ended.signal })
    try {
      const dialogue = await openDialogue(settings, secrets, protocol, progress, {
        ...options,
        lookup: network?.lookup,
        publicOnly: network?.publicOnly,
        patience: { ...patienceOf(settings.timeoutSeconds, probes !== undefined), ...options.patience },
        ...(probes && { wait: waitAndListen(probes, settings, protocol) }),
      })
      return new Connection(settings, shapes, dialogue, progress, protocol, options, ended)
    } catch (error) {
      ended.abort()
      progress.socket?.destroy()
      return failureOf(error, settings, nobody, protocol, progress, signal)
    }
  }

  /** False once the server has left or said something unasked, which is mostly that it is about to leave. */
  get usable(): boolean {
    const { wire } = this.dialogue
    // What was announced is answered unasked.
    return this.announced ? !wire.ended : !wire.interrupted
  }

  /**
   * Hands over the next mail, when the one before has ended. Refused mails leave the connection usable.
   * @param beforeData awaited after the server's 354 and before the first byte of content
   * @param next asked when the content leaves, for the mail that will be sent after this one. It must then be
   *   the next one that is sent over this connection, or the connection must be closed.
   * @throws what `beforeData` rejected with; the connection is then gone, and nothing was sent
   */
  async send(
    mail: Mail,
    beforeData: SubmitOptions['beforeData'] = undefined,
    next: () => Mail | null = () => null,
  ): Promise<Outcome> {
    const announced = this.announced !== null
    if (this.announced && this.announced.mail !== mail) throw new Error('Another mail was announced.')
    return this.attempt(mail, async protocol => {
      const { dialogue, progress } = this
      const { signal } = this.options
      // After the content of the mail before there is nothing to take back, and only then is one announced.
      if (this.refused && !announced) await this.reset()
      this.refused = false
      const behind = () => this.announce(next())
      const reply = await deliver(dialogue, mail, protocol, progress, {
        beforeData,
        signal,
        announced,
        behind,
      })
      return told(protocol, { result: 'accepted', reply, queueId: queueIdOf(reply) })
    })
  }

  /** Names the sender of a mail and takes it back: no recipient is named and nothing is sent. */
  async offer(mail: Mail): Promise<Outcome> {
    return this.attempt(mail, async protocol => {
      const reply = await announce(this.dialogue, mail, protocol)
      // What the server says to that changes nothing.
      await this.reset().catch(() => {})
      return told(protocol, { result: 'accepted', reply, queueId: null })
    })
  }

  private async attempt({ envelope }: Mail, run: (protocol: Protocol) => Promise<Outcome>): Promise<Outcome> {
    const { dialogue, settings, progress, options } = this
    if (this.used++ > 0) this.protocol = this.announced?.protocol ?? this.nextRecord()
    const { protocol } = this
    dialogue.wire.protocol = protocol
    this.announced = null
    progress.contentSent = false
    try {
      return await run(protocol)
    } catch (error) {
      this.refused = true
      if (saysGoodbye(error)) void this.close()
      return failureOf(error, settings, envelope, protocol, progress, options.signal)
    }
  }

  /** Takes back what the mail before had begun (RFC 5321 §4.1.1.5). A server that cannot is left. */
  private async reset(): Promise<void> {
    const { wire } = this.dialogue
    try {
      agreed(await wire.command('RSET'))
    } catch {
      wire.destroy()
      throw new SubmissionError({ kind: 'closed', code: null })
    }
  }

  private announce(mail: Mail | null): string {
    if (!mail) return ''
    const protocol = this.nextRecord()
    const commands = announcement(this.dialogue, mail, protocol)
    if (commands) this.announced = { mail, protocol }
    return commands
  }

  private nextRecord(): Protocol {
    const protocol = new Protocol(this.secrets, this.options)
    protocol.phase = 'mail-from'
    protocol.note('Over a connection that was already open')
    return protocol
  }

  /** Takes its leave; resolves when the server knows. */
  async close(): Promise<void> {
    this.ended.abort()
    // Behind a DATA that was announced a QUIT would become part of the message.
    if (this.announced) this.dialogue.wire.destroy()
    else await this.dialogue.wire.quit()
  }
}

const nobody: Mail['envelope'] = { from: '', to: '' }

/** What a failure means. @throws the error if it is none of the dialogue, and the reason of an abort */
function failureOf(
  error: unknown,
  settings: MailServerSettings,
  envelope: Mail['envelope'],
  protocol: Protocol,
  progress: Progress,
  signal: AbortSignal | undefined,
): Failed {
  if (!(error instanceof SubmissionError)) throw error
  if (signal?.aborted && !progress.contentSent) throw signal.reason
  const { encryption, authentication } = settings
  const stage = protocol.phase
  const named = classify(error.failure, { stage, encryption, authentication, ...progress, ...envelope })
  const result = named.cause === 'outcome-uncertain' ? 'uncertain' : 'failed'
  return told(protocol, { result, ...named, reply: replyOf(error.failure) })
}

/** The transcript is made when it is asked for: nobody reads that of a mail that went well. */
const told = <T extends { result: Outcome['result'] }>(protocol: Protocol, end: T) => ({
  ...end,
  phase: protocol.phase,
  stages: protocol.finish(),
  get transcript() {
    return protocol.transcript
  },
})

/** RFC 5321 §3.8: with 421 the server ends the dialogue, whatever it was asked. */
const saysGoodbye = (error: unknown) =>
  error instanceof SubmissionError && error.failure.kind === 'reply' && error.failure.reply.code === 421
