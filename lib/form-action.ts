// What all forms have in common: check, run, and say how it ended in the viewer's language.
import { refresh } from 'next/cache'
import { getTranslations } from 'next-intl/server'
import type { z } from 'zod'
import { actionBegins } from './action-begun'
import { confirmedName, type FormState } from './form-state'
import { isSecretName, pressedPrefix } from './proof-question'
import { Refusal } from './refusal'
import { renderedForName } from './rendered-for'

/** `refused` without a `Refusal`: the answer is no, and there is something to show with it. */
type Finished<Data> =
  | ({ status?: 'done' | 'refused' } & Pick<FormState<Data>, 'message' | 'data' | 'fields' | 'proof'>)
  | undefined

export type Options<Schema extends z.ZodType, Known> = {
  /** What has to be known first, whatever was typed; it may refuse. `run` gets it. */
  before?: (formData: FormData) => Promise<Known>
  /** Where in the catalogue the sentences of the schema's codes stand. */
  invalid?: string
  /**
   * What is not done unless the form says that its question was answered: one that was sent without the question,
   * as without JavaScript, is answered with it.
   */
  confirm?: (input: z.output<Schema>) => boolean
}

type Run<Schema extends z.ZodType, Data, Known> = (
  input: z.output<Schema>,
  known: Known,
) => Promise<Finished<Data>>

/** The texts of a part of the catalogue, in the viewer's language. */
type Words = (namespace: string) => Promise<Texts> | Texts
type Texts = { has(key: string): boolean } & ((
  key: string,
  values?: Record<string, string | number>,
) => string)

/**
 * Makes a server action for a form. `run` gets checked input; it returns what to say when done, throws a
 * `Refusal` for an expected no, and redirects if it likes. Any other error is a bug and goes up.
 */
export function formAction<Schema extends z.ZodType, Data = undefined, Known = undefined>(
  schema: Schema,
  run: Run<Schema, Data, Known>,
  options: Options<Schema, Known> = {},
) {
  return async (_previous: FormState<Data>, formData: FormData): Promise<FormState<Data>> => {
    // Anybody can call an action, and with anything.
    if (!(formData instanceof FormData)) throw new TypeError('An action was called without its form.')
    actionBegins()
    const thenRefresh: typeof run = async (input, known) => {
      const finished = await run(input, known)
      refresh()
      return finished
    }
    return answerForm(schema, thenRefresh, formData, getTranslations as Words, options)
  }
}

/** The outcome of a form that was sent, see `formAction`. */
export async function answerForm<Schema extends z.ZodType, Data = undefined, Known = undefined>(
  schema: Schema,
  run: Run<Schema, Data, Known>,
  formData: FormData,
  words: Words,
  { before, invalid = 'invalid', confirm }: Options<Schema, Known> = {},
): Promise<FormState<Data>> {
  const values = typed(formData)
  try {
    const known = (await before?.(formData)) as Known
    const parsed = schema.safeParse(fieldsOf(formData))
    if (!parsed.success)
      return { status: 'invalid', fields: invalidSentences(parsed.error, await words(invalid)), values }
    if (confirm?.(parsed.data) && !formData.getAll(confirmedName).includes('yes'))
      return { status: 'asked', values }
    return { status: 'done', values, ...(await run(parsed.data, known)) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const sentence = refusalSentence(error, await words('refusals'))
    const { field } = error.options
    return {
      status: 'refused',
      ...(field ? { fields: { [field]: sentence } } : { message: sentence }),
      values,
    }
  }
}

/** What is wrong with each field, in the viewer's words. */
function invalidSentences({ issues }: z.ZodError, t: Texts): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const { path, message } of issues) fields[String(path[0])] ??= t.has(message) ? t(message) : t('wrong')
  return fields
}

/** A refusal in the viewer's words. */
const refusalSentence = ({ code, options }: Refusal, t: Texts): string =>
  t.has(code) ? t(code, options.values) : t('other')

/** A text that PostgreSQL has no place for (U+0000) is one with a sign that says so. */
const fieldsOf = (formData: FormData): Record<string, string> =>
  Object.fromEntries(
    [...formData.entries()].flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value.replaceAll('\0', '\ufffd')]] : [],
    ),
  )

/** What was typed goes back to the form, except what is secret. */
const typed = (formData: FormData) =>
  Object.fromEntries(
    Object.entries(fieldsOf(formData)).filter(
      ([name]) =>
        !isSecretName(name) &&
        !name.startsWith('$') &&
        !name.startsWith(pressedPrefix) &&
        ![renderedForName, confirmedName].includes(name),
    ),
  )
