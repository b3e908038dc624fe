import type { ProofQuestion } from './proof-question'

/**
 * What a form shows after it was sent: the three outcomes of every action (invalid, refused, done), `asked` where
 * nothing was done because it has to be confirmed, and `idle` before the first. It travels to the browser, so it never holds a secret.
 */
export type FormState<Data = undefined> = {
  status: 'idle' | 'asked' | 'invalid' | 'refused' | 'done'
  /** One sentence for the whole form, already in the viewer's language. */
  message?: string
  /** One sentence for each field that is wrong, by the field's `name`. */
  fields?: Record<string, string>
  /** What the user typed, secrets left out, so that nothing has to be typed twice. */
  values?: Record<string, string>
  /** Who it is has to be proved first: what to ask for, see `lib/proof-question.ts`. */
  proof?: ProofQuestion
  /** What a finished action hands to its form, for example a link to copy. */
  data?: Data
}

export const idle: FormState<never> = { status: 'idle' }

/** The field with which a form says that its question was answered. */
export const confirmedName = 'confirmed'
