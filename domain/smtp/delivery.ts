// One mail over an open dialogue: MAIL, RCPT, DATA (RFC 5321 §3.3), and knowing how far it got.
import { domainToASCII } from 'node:url'
import { agreed, type Dialogue, goesOn, type Progress } from './dialogue'
import { decided, SubmissionError } from './failure'
import type { Mail, SmtpReply, SubmitOptions } from './outcome'
import type { Facts, Protocol } from './protocol'
import type { Reply } from './wire'

/** Content goes out in pieces of this many bytes, so that a slow line is told from a dead one. */
const piece = 64 * 1024

/** Names the sender, and how large the message is. Resolves with the server's consent. */
export const announce = (
  { wire, patience, extensions }: Dialogue,
  mail: Mail,
  protocol: Protocol,
): Promise<SmtpReply> =>
  protocol.stage('mail-from', async facts => {
    await wire.commands([mailCommand(extensions, mail, facts)])
    return noted(facts, agreed(await wire.reply(patience.sender)))
  })

type DeliveryOptions = Pick<SubmitOptions, 'beforeData' | 'signal'> & {
  /** Says that the commands of this mail are on the way already. */
  announced?: boolean
  /** Asked when the content leaves, for what may go right behind its final dot, see `announcement`. */
  behind?: () => string
}

/**
 * Hands a mail over; resolves with the server's acceptance. `progress.contentSent` is set when the final dot
 * may have left this machine: a failure without a reply after that leaves the outcome uncertain. Where the
 * server takes commands together (RFC 2920), the three that come before the content cost one round trip.
 *
 * After a failure the wire is fit for RSET and another mail, or it is closed: it stays open only if it is
 * certain that the server waits for a command, and that nothing of this mail is left with it.
 */
export async function deliver(
  dialogue: Dialogue,
  mail: Mail,
  protocol: Protocol,
  progress: Progress,
  { beforeData, signal, announced = false, behind = () => '' }: DeliveryOptions = {},
): Promise<SmtpReply> {
  const { wire, patience, extensions } = dialogue
  const content = mail.wireReady ? mail.raw : dotStuffed(mail.raw)
  const to = envelopeAddress(mail.envelope.to)
  const together = extensions.has('PIPELINING')
  const unanswered: Step[] = announced ? ['MAIL', 'RCPT', 'DATA'] : []
  const answer = async (step: Step, timeout: number) => {
    const reply = await wire.reply(timeout)
    unanswered.splice(unanswered.indexOf(step), 1)
    return reply
  }
  const send = async (steps: Step[], ...lines: string[]) => {
    unanswered.push(...steps)
    await wire.commands(lines)
  }
  let inContent = false
  try {
    await protocol.stage('mail-from', async facts => {
      const command = mailCommand(extensions, mail, facts)
      if (!announced && together) await send(['MAIL', 'RCPT', 'DATA'], command, ...afterMail(to))
      else if (!announced) await send(['MAIL'], command)
      return noted(facts, agreed(await answer('MAIL', patience.sender)))
    })
    await protocol.stage('rcpt-to', async facts => {
      facts.address = to
      if (!together) await send(['RCPT'], `RCPT TO:<${to}>`)
      return noted(facts, agreed(await answer('RCPT', patience.recipient)))
    })
    return await protocol.stage('data', async facts => {
      if (!together) await send(['DATA'], 'DATA')
      goesOn(await answer('DATA', patience.goAhead))
      inContent = true
      signal?.throwIfAborted()
      await beforeData?.()
      signal?.throwIfAborted()
      await sendContent(dialogue, content, protocol, progress, facts, behind)
      const reply = noted(facts, agreed(await acceptance(dialogue, protocol, progress)))
      // It has agreed to something else: the dot is still here.
      if (!progress.contentSent)
        throw new SubmissionError({ kind: 'nonsense', text: `${reply.code} ${reply.text}` })
      return reply
    })
  } catch (error) {
    // A rule of ours ends it before anything has been said.
    const kind = error instanceof SubmissionError ? error.failure.kind : null
    const waitsForCommand = (kind === 'reply' || kind === 'decided') && (!inContent || progress.contentSent)
    if (!waitsForCommand) wire.destroy()
    else if (unanswered.length > 0) await hearOut(dialogue, unanswered)
    throw error
  }
}

type Step = 'MAIL' | 'RCPT' | 'DATA'

const afterMail = (to: string) => [`RCPT TO:<${to}>`, 'DATA']

/**
 * The commands of the next mail, to go out behind the content of the one before it (RFC 2920 §3.1): one round
 * trip less for each. Empty where the server does not take commands together, or this mail not at all.
 */
export function announcement({ wire, extensions }: Dialogue, mail: Mail, protocol: Protocol): string {
  if (!extensions.has('PIPELINING')) return ''
  let command: string
  try {
    command = mailCommand(extensions, mail, {})
  } catch {
    return '' // When its turn comes it is told why.
  }
  return wire.joined([command, ...afterMail(envelopeAddress(mail.envelope.to))], protocol)
}

async function sendContent(
  { wire, patience }: Dialogue,
  content: Buffer,
  protocol: Protocol,
  progress: Progress,
  facts: Facts,
  behind: () => string,
): Promise<void> {
  facts.bytes = String(content.length)
  protocol.line('note', `${content.length} bytes of message`)
  let at = 0
  for (; content.length - at > piece; at += piece)
    await wire.write(content.subarray(at, at + piece), patience.piece)
  // A server that has already refused or left has not got the final dot: that is a plain failure. Let
  // what it said arrive, for what is written together with the dot could no longer be told apart.
  await new Promise(resolve => setImmediate(resolve))
  if (wire.interrupted) return
  progress.contentSent = true
  protocol.line('client', '.')
  await wire.write(Buffer.concat([content.subarray(at), finalDot, Buffer.from(behind())]), patience.piece)
}

const finalDot = Buffer.from('.\r\n')

/** What the server says to the final dot. Meanwhile whoever watches is told that it has the mail, and thinks. */
async function acceptance(
  { wire, patience }: Dialogue,
  protocol: Protocol,
  { contentSent }: Progress,
): Promise<Reply> {
  if (!contentSent) return wire.reply(patience.goAhead)
  const sent = performance.now()
  const tell = () => protocol.waiting(Math.round((performance.now() - sent) / 1000))
  const thinking = setInterval(tell, patience.notice)
  try {
    return await wire.reply(patience.acceptance)
  } finally {
    clearInterval(thinking)
  }
}

/**
 * Takes the replies to what was sent together with a command that was refused, so that the next mail starts
 * clean. A server that goes on to the content with a recipient that it may have taken would deliver whatever
 * ends there, an empty message too: it is left without a dot.
 */
async function hearOut({ wire, patience }: Dialogue, unanswered: Step[]): Promise<void> {
  let nobodyStands = !unanswered.includes('RCPT')
  try {
    for (const step of unanswered) {
      const reply = await wire.reply(patience.step)
      if (step === 'RCPT') nobodyStands = reply.code >= 400
      if (reply.code >= 400) continue
      if (step !== 'DATA' || !nobodyStands) return wire.destroy()
      goesOn(reply)
      // It wants the content although it has refused everybody who was to get it (RFC 2920 §3.1).
      await wire.write(finalDot)
      await wire.reply(patience.step)
    }
  } catch {
    wire.destroy()
  }
}

function noted(facts: Facts, reply: SmtpReply): SmtpReply {
  facts.reply = told(reply)
  return reply
}

function mailCommand(extensions: Dialogue['extensions'], mail: Mail, facts: Facts): string {
  const from = envelopeAddress(mail.envelope.from)
  facts.address = from
  const parameters = mailParameters(extensions, mail, from, envelopeAddress(mail.envelope.to))
  facts.parameters = parameters.trim()
  return `MAIL FROM:<${from}>${parameters}`
}

/**
 * The address as the envelope carries it: domain in ASCII. The local part is left as it is; if it is not
 * ASCII it needs SMTPUTF8 (RFC 6531). Angle brackets and white space would end the argument of the command.
 */
function envelopeAddress(address: string) {
  const at = address.lastIndexOf('@')
  if (at < 0) return address
  const domain = domainToASCII(address.slice(at + 1)) || address.slice(at + 1)
  return `${address.slice(0, at)}@${domain}`
}

function mailParameters(
  extensions: Dialogue['extensions'],
  { raw, wireReady }: Mail,
  from: string,
  to: string,
) {
  const international = [from, to].filter(address => /[^\x20-\x7e]/.test(address))
  const malformed = /[\s<>\p{Cc}]/u
  if (malformed.test(from)) throw decided('sender-rejected', { reason: 'malformed' }, true)
  if (malformed.test(to)) throw decided('recipient-rejected', { reason: 'malformed' }, true)
  if (international.length > 0 && !extensions.has('SMTPUTF8')) {
    const cause = international.includes(from) ? 'sender-rejected' : 'recipient-rejected'
    throw decided(cause, { reason: 'smtputf8' }, true)
  }
  const most = Number(extensions.get('SIZE')?.[0] ?? 0)
  if (most > 0 && raw.length > most) {
    throw decided('message-too-large', { size: String(raw.length), limit: String(most) }, true)
  }
  let parameters = ''
  if (extensions.has('SIZE')) parameters += ` SIZE=${raw.length}`
  if (extensions.has('8BITMIME') && !wireReady && raw.some(byte => byte > 127)) parameters += ' BODY=8BITMIME'
  if (international.length > 0) parameters += ' SMTPUTF8'
  return parameters
}

/** RFC 5321 §4.5.2: lines end with CRLF, a leading dot is doubled, and the last line is complete. */
export function dotStuffed(raw: Buffer): Buffer {
  const text = raw.toString('latin1').replace(/\r\n|\n|\r/g, '\r\n')
  const complete = text.endsWith('\r\n') ? text : `${text}\r\n`
  return Buffer.from(complete.replace(/^\./gm, '..'), 'latin1')
}

const told = ({ code, enhanced, text }: SmtpReply) => [code, enhanced, text].filter(Boolean).join(' ')

/** What the server calls the message it took, by the usual ways of saying so; null if it gives no name. */
export function queueIdOf({ text }: SmtpReply): string | null {
  const found =
    /queued as:?\s+<?([\w.@+/-]+)/i.exec(text) ?? // Postfix, smtp-server and many more
    /\bid=([\w.-]+)/i.exec(text) ?? // Exim
    /^OK\s+<([^<>\s]+)>/i.exec(text) ?? // Microsoft 365
    /^(\w{10,}) message accepted/i.exec(text) ?? // Sendmail
    /^OK:?\s+(?:\d+\s+)?([\w.-]{8,})(?:\s+-\s+gsmtp)?$/i.exec(text) // Amazon SES, Gmail
  return found?.[1] ?? null
}
