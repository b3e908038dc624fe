// The transport of every mail, test or real: hands one mail to one mail server and tells how that went.

import { classify, replyOf } from './classify'
import { announce, announcement, deliver, queueIdOf } from './delivery'
import { expect, openSession, type Progress, type Session } from './dialogue'
import { SubmissionError } from './failure'
import { secretShapes } from './login'
import type { Mail, Outcome, SmtpReply, SubmitOptions } from './outcome'
import { probe, probesOf } from './probe'
import { SubmissionRecord } from './protocol'
import type { MailServerSecrets, MailServerSettings } from './settings'
import { askBeside } from './silence'

export {
  type Mail,
  type Outcome,
  type SmtpReply,
  type StageReport,
  type SubmitOptions,
  stages,
  type TranscriptLine,
} from './outcome'

/**
 * Hands one mail to one mail server over a connection of its own. SMTP and network failures are outcomes;
 * it rejects only with what `beforeData` rejected with, or with the reason of an abort that came before the
 * content was sent (afterwards an abort is too late, and the reply is awaited). Each step of the dialogue
 * may take `timeoutSeconds`.
 */
export async function submit(
  settings: MailServerSettings,
  secrets: MailServerSecrets,
  mail: Mail,
  options: SubmitOptions = {},
): Promise<Outcome> {
  const { onStage, beforeData, diagnose = false, signal, until, network = {} } = options
  signal?.throwIfAborted()
  const record = new SubmissionRecord(secretShapes(settings, secrets), onStage)
  const progress: Progress = { offersAuth: false, authenticated: false, contentSent: false, socket: null }
  const probes = probesOf(settings, secrets, network)
  const abort = () => {
    if (!progress.contentSent) progress.socket?.destroy()
  }
  signal?.addEventListener('abort', abort, { once: true })
  try {
    const session = await openSession(settings, secrets, record, progress, {
      ...options,
      lookup: network.lookup,
      ...(diagnose && { beside: askBeside(probes, settings, record) }),
    })
    try {
      if (until === 'mail-from') {
        const taken = await announce(session, mail, record)
        return { result: 'accepted', reply: taken, queueId: null, ...(await leave(session, record)) }
      }
      const reply = await deliver(session, mail, record, progress, { beforeData, signal })
      void session.wire.quit()
      return acceptance(reply, record)
    } catch (error) {
      part(session, error, record)
      throw error
    }
  } catch (error) {
    if (signal?.aborted && !progress.contentSent && error instanceof SubmissionError) throw signal.reason
    const failed = failureOf(error, settings, mail.envelope, record, progress)
    return diagnose
      ? {
          ...failed,
          ...(await probe(failed, failed.phase, settings, probes, record)),
          ...told(record),
          phase: failed.phase,
        }
      : failed
  } finally {
    signal?.removeEventListener('abort', abort)
    if (!progress.socket?.writableEnded) progress.socket?.destroy()
  }
}

type Failed = Exclude<Outcome, { result: 'accepted' }>

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
  ) {}

  /** Connects and signs in, each step within `timeoutSeconds`. Resolves with the failure if that does not succeed. */
  static async open(
    settings: MailServerSettings,
    secrets: MailServerSecrets,
    options: Pick<SubmitOptions, 'versionKey' | 'onRefreshToken'> = {},
  ): Promise<Connection | Failed> {
    const shapes = secretShapes(settings, secrets)
    const record = new SubmissionRecord(shapes)
    const progress: Progress = { offersAuth: false, authenticated: false, contentSent: false, socket: null }
    try {
      const session = await openSession(settings, secrets, record, progress, options)
      return new Connection(settings, shapes, session, progress, record)
    } catch (error) {
      progress.socket?.destroy()
      return failureOf(error, settings, nobody, record, progress)
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
   * @param next asked when the content leaves, for the mail that will be sent after this one. It must then be
   *   the next one that is sent over this connection, or the connection must be closed.
   * @throws what `beforeData` rejected with; the connection is then gone, and nothing was sent
   */
  async send(
    mail: Mail,
    beforeData: () => Promise<void>,
    next: () => Mail | null = () => null,
  ): Promise<Outcome> {
    const { session, progress } = this
    const announced = this.announced !== null
    if (this.announced && this.announced.mail !== mail) throw new Error('Another mail was announced.')
    if (this.used++ > 0) {
      this.record = this.announced?.record ?? this.nextRecord()
      session.wire.record = this.record
    }
    this.announced = null
    const { record } = this
    progress.contentSent = false
    try {
      // Takes back what the mail before had begun (RFC 5321 §4.1.1.5). After its content there is nothing to
      // take back, and only then is a mail announced.
      if (this.refused && !announced) expect(await session.wire.command('RSET'), 250)
      this.refused = false
      const behind = () => this.announce(next())
      return acceptance(
        await deliver(session, mail, record, progress, { beforeData, announced, behind }),
        record,
      )
    } catch (error) {
      this.refused = true
      const lost = !replied(error) || (error.failure.kind === 'reply' && error.failure.reply.code === 421)
      if (lost && this.announced) session.wire.destroy()
      else if (lost) part(session, error, record)
      return failureOf(error, this.settings, mail.envelope, record, progress)
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
    const record = new SubmissionRecord(this.secrets)
    record.note('Over a connection that was already open')
    return record
  }

  /** Takes its leave; resolves when the server knows. */
  async close(): Promise<void> {
    // Behind a DATA that was announced a QUIT would become part of the message.
    if (this.announced) this.session.wire.destroy()
    else await this.session.wire.quit()
  }
}

const nobody: Mail['envelope'] = { from: '', to: '' }

const acceptance = (reply: SmtpReply, record: SubmissionRecord): Outcome => ({
  result: 'accepted',
  reply,
  queueId: queueIdOf(reply),
  phase: record.phase,
  stages: record.finish(),
  get transcript() {
    return record.transcript
  },
})

/** What a failure means. @throws the error if it is none of the dialogue */
function failureOf(
  error: unknown,
  settings: MailServerSettings,
  envelope: Mail['envelope'],
  record: SubmissionRecord,
  progress: Progress,
): Failed {
  if (!(error instanceof SubmissionError)) throw error
  const { encryption, authentication } = settings
  const stage = record.phase
  const named = classify(error.failure, { stage, encryption, authentication, ...progress, ...envelope })
  const result = named.cause === 'outcome-uncertain' ? 'uncertain' : 'failed'
  return { result, ...named, reply: replyOf(error.failure), ...told(record), phase: stage }
}

/** Ends a session after a failure. Within DATA a QUIT would become part of the message; before it, it is only polite. */
function part({ wire }: Session, error: unknown, record: SubmissionRecord): void {
  if (record.phase === 'data' && !replied(error)) wire.destroy()
  else void wire.quit()
}

/** Takes the sender back (RFC 5321 §4.1.1.5) and goes; what the server says to that changes nothing. */
async function leave({ wire }: Session, record: SubmissionRecord) {
  await wire.command('RSET').catch(() => {})
  void wire.quit()
  return told(record)
}

const told = (record: SubmissionRecord) => ({
  phase: record.phase,
  stages: record.finish(),
  transcript: record.transcript,
})

const replied = (error: unknown): error is SubmissionError =>
  error instanceof SubmissionError && error.failure.kind === 'reply'
