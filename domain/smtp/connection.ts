// A connection to a mail server: opened, given one mail after another, closed. Every mail goes this way.
import { classify, replyOf } from './classify'
import { announce, announcement, deliver, queueIdOf } from './delivery'
import { agreed, noProgress, openSession, type Progress, type Session } from './dialogue'
import { SubmissionError } from './failure'
import { secretShapes } from './login'
import type { Failed, Mail, Outcome, SubmitOptions } from './outcome'
import { patienceOf } from './patience'
import type { Probes } from './probe'
import { SubmissionRecord } from './protocol'
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
  private announced: { mail: Mail; record: SubmissionRecord } | null = null

  private constructor(
    private readonly settings: MailServerSettings,
    private readonly secrets: string[],
    private readonly session: Session,
    private readonly progress: Progress,
    /** Of its opening; it goes on with the first mail. */
    private record: SubmissionRecord,
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
    const record = new SubmissionRecord(shapes, options)
    const progress = noProgress()
    const ended = new AbortController()
    const abort = () => !progress.contentSent && progress.socket?.destroy()
    signal?.addEventListener('abort', abort, { signal: ended.signal })
    try {
      const session = await openSession(settings, secrets, record, progress, {
        ...options,
        lookup: network?.lookup,
        patience: { ...patienceOf(settings.timeoutSeconds, probes !== undefined), ...options.patience },
        ...(probes && { wait: waitAndListen(probes, settings, record) }),
      })
      return new Connection(settings, shapes, session, progress, record, options, ended)
    } catch (error) {
      ended.abort()
      progress.socket?.destroy()
      return failureOf(error, settings, nobody, record, progress, signal)
    }
  }

  /** False once the server has left or said something unasked, which is mostly that it is about to leave. */
  get usable(): boolean {
    const { wire } = this.session
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
    return this.attempt(mail, async record => {
      const { session, progress } = this
      const { signal } = this.options
      // After the content of the mail before there is nothing to take back, and only then is one announced.
      if (this.refused && !announced) await this.reset()
      this.refused = false
      const behind = () => this.announce(next())
      const reply = await deliver(session, mail, record, progress, { beforeData, signal, announced, behind })
      return told(record, { result: 'accepted', reply, queueId: queueIdOf(reply) })
    })
  }

  /** Names the sender of a mail and takes it back: no recipient is named and nothing is sent. */
  async offer(mail: Mail): Promise<Outcome> {
    return this.attempt(mail, async record => {
      const reply = await announce(this.session, mail, record)
      // What the server says to that changes nothing.
      await this.reset().catch(() => {})
      return told(record, { result: 'accepted', reply, queueId: null })
    })
  }

  private async attempt(
    { envelope }: Mail,
    run: (record: SubmissionRecord) => Promise<Outcome>,
  ): Promise<Outcome> {
    const { session, settings, progress, options } = this
    if (this.used++ > 0) this.record = this.announced?.record ?? this.nextRecord()
    const { record } = this
    session.wire.record = record
    this.announced = null
    progress.contentSent = false
    try {
      return await run(record)
    } catch (error) {
      this.refused = true
      if (saysGoodbye(error)) void this.close()
      return failureOf(error, settings, envelope, record, progress, options.signal)
    }
  }

  /** Takes back what the mail before had begun (RFC 5321 §4.1.1.5). A server that cannot is left. */
  private async reset(): Promise<void> {
    const { wire } = this.session
    try {
      agreed(await wire.command('RSET'))
    } catch {
      wire.destroy()
      throw new SubmissionError({ kind: 'closed', code: null })
    }
  }

  private announce(mail: Mail | null): string {
    if (!mail) return ''
    const record = this.nextRecord()
    const commands = announcement(this.session, mail, record)
    if (commands) this.announced = { mail, record }
    return commands
  }

  private nextRecord(): SubmissionRecord {
    const record = new SubmissionRecord(this.secrets, this.options)
    record.phase = 'mail-from'
    record.note('Over a connection that was already open')
    return record
  }

  /** Takes its leave; resolves when the server knows. */
  async close(): Promise<void> {
    this.ended.abort()
    // Behind a DATA that was announced a QUIT would become part of the message.
    if (this.announced) this.session.wire.destroy()
    else await this.session.wire.quit()
  }
}

const nobody: Mail['envelope'] = { from: '', to: '' }

/** What a failure means. @throws the error if it is none of the dialogue, and the reason of an abort */
function failureOf(
  error: unknown,
  settings: MailServerSettings,
  envelope: Mail['envelope'],
  record: SubmissionRecord,
  progress: Progress,
  signal: AbortSignal | undefined,
): Failed {
  if (!(error instanceof SubmissionError)) throw error
  if (signal?.aborted && !progress.contentSent) throw signal.reason
  const { encryption, authentication } = settings
  const stage = record.phase
  const named = classify(error.failure, { stage, encryption, authentication, ...progress, ...envelope })
  const result = named.cause === 'outcome-uncertain' ? 'uncertain' : 'failed'
  return told(record, { result, ...named, reply: replyOf(error.failure) })
}

/** The transcript is made when it is asked for: nobody reads that of a mail that went well. */
const told = <T extends { result: Outcome['result'] }>(record: SubmissionRecord, end: T) => ({
  ...end,
  phase: record.phase,
  stages: record.finish(),
  get transcript() {
    return record.transcript
  },
})

/** RFC 5321 §3.8: with 421 the server ends the dialogue, whatever it was asked. */
const saysGoodbye = (error: unknown) =>
  error instanceof SubmissionError && error.failure.kind === 'reply' && error.failure.reply.code === 421
