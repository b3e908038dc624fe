// A mail rendered once for all its readers, as texts and the places between them. Knows no React.
import { oneLine } from './_components/one-line'
import { type MailMessage, parametersOf } from './message'

export type CompiledMail = { subject: Piece[]; html: Piece[]; text: Piece[] }

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
