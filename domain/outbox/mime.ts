// The MIME form of a compiled mail: what it costs to encode is paid once, and each mail is a string filled in.
import addressparser from 'nodemailer/lib/addressparser'
import { foldLines } from 'nodemailer/lib/mime-funcs'
import MimeNode from 'nodemailer/lib/mime-node'
import { encode, wrap } from 'nodemailer/lib/qp'
import type { MailServerSettings } from '@/domain/smtp/settings'
import { type CompiledMail, filled, type MailParameters, type Piece } from '@/emails/compiled-mail'

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
    // Keeps out-of-office programs from answering (RFC 3834 §5, and Exchange's own word for it).
    'Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n',
    `MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="${boundary}"\r\n`,
    ...part('text/plain', text),
    ...part('text/html', html),
    `\r\n--${boundary}--\r\n`,
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

function part(contentType: string, pieces: readonly Piece[]): Piece[] {
  const head = `\r\n--${boundary}\r\nContent-Type: ${contentType}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n`
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

function identity({ recipient, messageId, createdAt }: Addressed): string {
  const to = plainAddress.test(recipient) && recipient.length < 70 && !recipient.includes('xn--')
  const id = /^<[!-~]{1,60}>$/.test(messageId)
  return (
    (to ? `To: ${recipient}\r\n` : header('To', { name: '', address: recipient })) +
    (id ? `Message-ID: ${messageId}\r\n` : header('Message-ID', messageId)) +
    `Date: ${createdAt.toUTCString().replace('GMT', '+0000')}\r\n`
  )
}

/** An address that goes into a header as it is. */
const plainAddress =
  /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/

/** A line of the header, folded if it must be; none where there is nothing to say. */
function header(key: string, value: string | { name: string; address: string }): string {
  const written = MimeNode.encodeHeaderValue(key, value).trim()
  return written && `${foldLines(`${key}: ${written}`, 76)}\r\n`
}
