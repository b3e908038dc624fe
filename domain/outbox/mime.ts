// The MIME form of a compiled mail: what it costs to encode is paid once, and each mail is a string filled in.
import addressparser from 'nodemailer/lib/addressparser'
import { foldLines } from 'nodemailer/lib/mime-funcs'
import MimeNode from 'nodemailer/lib/mime-node'
import { encode, wrap } from 'nodemailer/lib/qp'
import type { MailServerSettings } from '@/domain/smtp/settings'
import { type CompiledMail, filled, type MailParameters, type Piece } from '@/emails/compiled-mail'
import { type CarriedImage, contentId } from './mail-image'

export type Sender = Pick<MailServerSettings, 'mailFrom' | 'replyTo'>

/** What is of one mail alone. */
type Addressed = { recipient: string; messageId: string; createdAt: Date }

/** A mail as multipart/alternative, ready for SMTP unless an address in its header is not ASCII. */
export type Mime = {
  from: string
  write: (mail: Addressed, params: MailParameters) => { raw: Buffer; wireReady: boolean }
}

/** Headers are as Nodemailer writes them. */
export function mime({ subject, html, text }: CompiledMail, { mailFrom, replyTo }: Sender): Mime {
  const origin = header('From', mailFrom) + (replyTo ? header('Reply-To', replyTo) : '')
  const pieces: Piece[] = [
    // Its length decides how a subject is encoded, so that it is done anew where anything in it varies.
    subject.some(piece => typeof piece !== 'string')
      ? params => header('Subject', filled(subject, params))
      : header('Subject', filled(subject, {})),
    answersNobody,
    multipart,
    ...part('text/plain', text),
    ...part('text/html', html),
    ending,
  ]
  return {
    from: addressparser(mailFrom, { flatten: true })[0]?.address ?? '',
    write(mail, params) {
      const addresses = identity(mail) + origin
      const wireReady = !/[\u0080-\uffff]/.test(addresses)
      const raw = Buffer.from(addresses + filled(pieces, params), wireReady ? 'latin1' : 'utf8')
      return { raw, wireReady }
    },
  }
}

/** No line of quoted-printable can be this one: there, `=` stands before two digits or at the end (RFC 2045 §6.7). */
const boundary = '=_latchkey'

/** Keeps out-of-office programs from answering (RFC 3834 §5, and Exchange's own word for it). */
const answersNobody = 'Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n'
const multipart = `MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="${boundary}"\r\n`
const ending = `\r\n--${boundary}--\r\n`

function part(contentType: string, pieces: readonly Piece[], within = boundary): Piece[] {
  const head = `\r\n--${within}\r\nContent-Type: ${contentType}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n`
  return [
    head,
    ...pieces.map((piece, index): Piece => {
      if (typeof piece !== 'string') return params => lines(piece(params))
      return index === pieces.length - 1 ? encoded(piece) : goingOn(encoded(piece))
    }),
  ]
}

/** One value, from the start of a line to the start of another. */
function lines(value: string): string {
  if (!literal.test(value)) return goingOn(encoded(value))
  let written = ''
  for (let at = 0; at < value.length; at += lineLength)
    written += goingOn(guarded(value.slice(at, at + lineLength)))
  return written
}

const literal = /^[ -<>-~]*$/

/** The next piece begins a line of its own, without there being one in the text. */
const goingOn = (written: string) => (written.endsWith('\n') ? written : `${written}=\r\n`)

const encoded = (text: string) => guarded(wrap(encode(text.replace(/\r\n?|\n/g, '\r\n')), lineLength))

/** Of the 76 that a line may have (RFC 2045 §6.7), one is for going on and two for the guard. */
const lineLength = 73

/** SMTP doubles a dot in front (RFC 5321 §4.5.2), and a mailbox file turns "From " into ">From ". */
const guarded = (written: string) =>
  written.replace(/^(?:\.|F(?=rom ))/gm, sign => (sign === '.' ? '=2E' : '=46'))

/** What stands in a mail that was written for itself, beside what all have. */
export type Written = {
  subject: string
  text: string
  html?: string
  /** Whom it shows as its recipients: more than the one that this copy goes to, or others */
  to: readonly string[]
  cc: readonly string[]
  replyTo?: string
  /** The Message-ID that all mails of the same thing refer to, so that mail programs show them together */
  thread?: string
  /** The page that stops such mails by one POST (RFC 8058) */
  stop?: string
  /** What its HTML shows by their Content-IDs */
  images: readonly CarriedImage[]
}

/** The MIME form of a mail that was written for itself; in one part where it has no HTML. */
export function writtenMime(mail: Addressed, written: Written, sender: Sender) {
  const { subject, text, html, to, cc, thread, stop, images } = written
  const addresses = (list: readonly string[]) => list.map(address => ({ name: '', address }))
  const replyTo = written.replyTo || sender.replyTo
  const head =
    header('To', addresses(to)) +
    (cc.length > 0 ? header('Cc', addresses(cc)) : '') +
    marks(mail) +
    header('From', sender.mailFrom) +
    (replyTo ? header('Reply-To', replyTo) : '')
  const rest =
    header('Subject', subject) +
    (thread ? `In-Reply-To: ${thread}\r\nReferences: ${thread}\r\n` : '') +
    (stop ? `List-Unsubscribe: <${stop}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n` : '') +
    answersNobody
  const body =
    html === undefined
      ? `MIME-Version: 1.0\r\n${filled(part('text/plain', [text]), {}).replace(/^\r\n--.*\r\n/, '')}`
      : multipart + filled([...part('text/plain', [text]), ...related(html, images)], {}) + ending
  const wireReady = !/[\u0080-\uffff]/.test(head)
  return {
    from: addressparser(sender.mailFrom, { flatten: true })[0]?.address ?? '',
    raw: Buffer.from(head + rest + body, wireReady ? 'latin1' : 'utf8'),
    wireReady,
  }
}

const innerBoundary = '=_latchkey_related'

/** HTML with the images that it shows (RFC 2387), which nobody has to fetch from anywhere. */
function related(html: string, images: readonly CarriedImage[]): Piece[] {
  if (images.length === 0) return part('text/html', [html])
  return [
    `\r\n--${boundary}\r\nContent-Type: multipart/related; type="text/html"; boundary="${innerBoundary}"\r\n`,
    ...part('text/html', [html], innerBoundary),
    ...images.map(
      ({ hash, name, type, image }) =>
        `\r\n--${innerBoundary}\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\n` +
        `Content-ID: <${contentId(hash)}>\r\nContent-Disposition: inline;\r\n ${fileName(name)}\r\n\r\n` +
        Buffer.from(image)
          .toString('base64')
          .replace(/.{76}(?!$)/g, '$&\r\n'),
    ),
    `\r\n--${innerBoundary}--\r\n`,
  ]
}

/** As RFC 2183 has it, and RFC 2231 where a name is not ASCII. */
const fileName = (name: string) =>
  /^[\w. -]*$/.test(name) ? `filename="${name}"` : `filename*=UTF-8''${encodeURIComponent(name)}`

function identity(mail: Addressed): string {
  const { recipient } = mail
  const to = plainAddress.test(recipient) && recipient.length < 70 && !recipient.includes('xn--')
  return (to ? `To: ${recipient}\r\n` : header('To', { name: '', address: recipient })) + marks(mail)
}

/** By what a mail is known, and when it was made. */
function marks({ messageId, createdAt }: Omit<Addressed, 'recipient'>): string {
  const id = /^<[!-~]{1,60}>$/.test(messageId)
  return (
    (id ? `Message-ID: ${messageId}\r\n` : header('Message-ID', messageId)) +
    `Date: ${createdAt.toUTCString().replace('GMT', '+0000')}\r\n`
  )
}

/** An address that goes into a header as it is. */
const plainAddress =
  /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/

/** A line of the header, folded if it must be; none where there is nothing to say. */
function header(
  key: string,
  value: string | { name: string; address: string } | { name: string; address: string }[],
): string {
  const written = MimeNode.encodeHeaderValue(key, value).trim()
  return written && `${foldLines(`${key}: ${written}`, 76)}\r\n`
}
