// What all server actions of forms have in common: check, run, and say how it ended in the viewer's language.
import { refresh } from 'next/cache'
import { unstable_rethrow } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import type { z } from 'zod'
import { actionBegins } from './action-begun'
import type { FormState } from './form-state'
import { Refusal } from './refusal'
import { renderedForName } from './rendered-for'

/** `refused` without a `Refusal`: the answer is no, and there is something to show with it. */
type Finished<Data> = { status?: 'done' | 'refused'; message?: string; data?: Data } | undefined

type Options<Known> = {
  /** What has to be known first, whatever was typed; it may refuse. `run` gets it. */
  before?: (formData: FormData) => Promise<Known>
  /** Where in the catalogue the sentences of the schema's codes stand. */
  invalid?: string
}

/**
 * Makes a server action for a form. `run` gets checked input; it returns what to say when done, throws a
 * `Refusal` for an expected no, and redirects if it likes. Any other error is a bug and goes up.
 */
export function formAction<Schema extends z.ZodType, Data = undefined, Known = undefined>(
  schema: Schema,
  run: (input: z.output<Schema>, known: Known) => Promise<Finished<Data>>,
  { before, invalid = 'invalid' }: Options<Known> = {},
) {
  return async (_previous: FormState<Data>, formData: FormData): Promise<FormState<Data>> => {
    // Anybody can call an action, and with anything.
    if (!(formData instanceof FormData)) throw new TypeError('An action was called without its form.')
    actionBegins()
    const values = typed(formData)
    try {
      const known = (await before?.(formData)) as Known
      const parsed = schema.safeParse(fieldsOf(formData))
      if (!parsed.success)
        return { status: 'invalid', fields: await invalidSentences(parsed.error, invalid), values }
      const finished = (await run(parsed.data, known)) ?? {}
      refresh()
      return { status: 'done', values, ...finished }
    } catch (error) {
      unstable_rethrow(error)
      if (!(error instanceof Refusal)) throw error
      const sentence = await refusalSentence(error)
      const { field } = error.options
      return {
        status: 'refused',
        ...(field ? { fields: { [field]: sentence } } : { message: sentence }),
        values,
      }
    }
  }
}

/** What is wrong with each field, in the viewer's words. */
async function invalidSentences({ issues }: z.ZodError, namespace: string): Promise<Record<string, string>> {
  const t = await getTranslations(namespace)
  const fields: Record<string, string> = {}
  for (const { path, message } of issues) fields[String(path[0])] ??= t.has(message) ? t(message) : t('wrong')
  return fields
}

/** A refusal in the viewer's words. */
async function refusalSentence({ code, options }: Refusal): Promise<string> {
  const t = await getTranslations('refusals')
  return t.has(code) ? t(code, options.values) : t('other')
}

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
      ([name]) => !/password|secret|token$/i.test(name) && !name.startsWith('$') && name !== renderedForName,
    ),
  )
