// The transport of every mail, test or real: hands one mail to one mail server and tells how that went.
import { askBeside } from './beside'
import { classify, replyOf } from './classify'
import { announce, deliver, queueIdOf } from './delivery'
import { SubmissionError } from './failure'
import type { Mail, Outcome, SubmitOptions } from './outcome'
import { probe, probesOf } from './probe'
import { SubmissionRecord } from './record'
import type { Circumstances } from './replies'
import { openSession, type Progress, type Session } from './session'
import type { MailServerSecrets, MailServerSettings } from './settings'
import { secretShapes } from './sign-in'

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
      const taken = await announce(session, mail, record)
      if (until === 'mail-from')
        return { result: 'accepted', reply: taken, queueId: null, ...(await leave(session, record)) }
      const reply = await deliver(session, mail, record, progress, beforeData, signal)
      session.wire.quit()
      return { result: 'accepted', reply, queueId: queueIdOf(reply), ...told(record) }
    } catch (error) {
      // Within DATA a QUIT would become part of the message; before it, it is only polite.
      if (record.phase === 'data' && !replied(error)) session.wire.destroy()
      else session.wire.quit()
      throw error
    }
  } catch (error) {
    if (!(error instanceof SubmissionError)) throw error
    if (signal?.aborted && !progress.contentSent) throw signal.reason
    const { encryption, authentication } = settings
    const { from, to } = mail.envelope
    const circumstances: Circumstances = {
      stage: record.phase,
      encryption,
      authentication,
      ...progress,
      from,
      to,
    }
    let named = classify(error.failure, circumstances)
    const phase = record.phase
    if (diagnose) named = await probe(named, phase, settings, probes, record)
    const result = named.cause === 'outcome-uncertain' ? 'uncertain' : 'failed'
    return { result, ...named, reply: replyOf(error.failure), ...told(record), phase }
  } finally {
    signal?.removeEventListener('abort', abort)
    if (!progress.socket?.writableEnded) progress.socket?.destroy()
  }
}

/** Takes the sender back (RFC 5321 §4.1.1.5) and goes; what the server says to that changes nothing. */
async function leave({ wire }: Session, record: SubmissionRecord) {
  await wire.command('RSET').catch(() => {})
  wire.quit()
  return told(record)
}

const told = (record: SubmissionRecord) => ({
  phase: record.phase,
  stages: record.finish(),
  transcript: record.transcript,
})

const replied = (error: unknown) => error instanceof SubmissionError && error.failure.kind === 'reply'
