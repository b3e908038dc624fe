// A mail rendered once for all its readers, as texts and the places between them. Knows no React.
import { oneLine } from './_components/one-line'
import type { MailTexts } from './_components/texts'
import { coloured, type MailColours } from './colours'
import { type EscapeName, escapes } from './escaping'
import { type MailMessage, parametersOf } from './message'

/** As it can be stored: a text that is the same in every mail, or a slot for a parameter. */
export type MailTemplate = Record<'subject' | 'html' | 'text', (string | Slot)[]>

/** Which parameter stands in this place, what happens to it there, and how it is then written. */
export type Slot = { parameter: string; changes: Change[]; escape: EscapeName }
export type Change = 'oneLine' | 'moment' | 'span' | 'shortened' | 'unlinked'

/** What the changes of slots do in a language. */
export const changesIn = (texts: MailTexts): Record<Change, (value: string) => string> => ({
  oneLine,
  moment: texts.moment,
  span: texts.span,
  shortened: texts.shortened,
  unlinked: texts.unlinked,
})

export type CompiledMail = { subject: Piece[]; html: Piece[]; text: Piece[] }

/** A template made ready to be filled in, in the colours of those who send it. */
export function ready(
  { subject, html, text }: MailTemplate,
  texts: MailTexts,
  colours: MailColours,
): CompiledMail {
  const all = changesIn(texts)
  const pieces = (parts: MailTemplate['html']): Piece[] =>
    parts.map(part => {
      if (typeof part === 'string') return part
      const { parameter } = part
      const steps = [...part.changes.map(name => all[name]), escapes[part.escape]]
      return params => {
        let value = params[parameter] as string
        for (const step of steps) value = step(value)
        return value
      }
    })
  const painted = html.map(part => (typeof part === 'string' ? coloured(part, colours) : part))
  return { subject: pieces(subject), html: pieces(painted), text: pieces(text) }
}

/** A text that is the same in every mail, or what makes the text of this place from a mail's parameters. */
export type Piece = string | ((params: MailParameters) => string)

export type MailParameters = Readonly<Record<string, string>>

/**
 * The parameters of a message that show nothing, with their values: null, empty, or blanks. Components leave
 * sentences out for them, so that a mail is compiled for its blanks, and everything else is filled in.
 */
export type Blanks = readonly (readonly [name: string, value: string | null])[]

export const blanksOf = ({ kind, params }: MailMessage): Blanks =>
  parametersOf[kind]
    .map(name => [name, (params as Record<string, string | null | undefined>)[name] ?? null] as const)
    .filter(([, value]) => value === null || oneLine(value) === '')

/** The text of the pieces for one mail. */
export function filled(pieces: readonly Piece[], params: MailParameters): string {
  let text = ''
  for (const piece of pieces) text += typeof piece === 'string' ? piece : piece(params)
  return text
}
