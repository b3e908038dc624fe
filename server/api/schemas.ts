// What many operations share: names for the description, pages, moments.
import { z } from 'zod'

/** Schemas that have a name in the description: what comes in, and what goes out. */
export const requests = z.registry<{ id: string }>()
export const answers = z.registry<{ id: string }>()

/** Gives a schema of a body its name. */
export function asked<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  requests.add(schema, { id })
  return schema
}

/** Gives a schema of an answer its name. */
export function told<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  answers.add(schema, { id })
  return schema
}

export const id = z.guid()
export const moment = z.iso.datetime()
/** One of ours, or null where there is none. */
export const optionalId = id.nullable()

const mostOfPage = 200

/** Where a list goes on, and how much of it is wanted. */
export const page = {
  limit: z.coerce.number().int().min(1).max(mostOfPage).default(50).describe('How many at most'),
  after: z.string().max(4_000).optional().describe('`next` of the page before this one'),
}

/** A page of a list. */
export const pageOf = <Schema extends z.ZodType>(name: string, item: Schema) =>
  told(
    name,
    z.object({
      items: z.array(item),
      next: z.string().nullable().describe('What to send as `after` for the next page; null at the end'),
    }),
  )

/** A moment as it leaves. */
export const at = (date: Date): string => date.toISOString()
export const atOrNull = (date: Date | null): string | null => date?.toISOString() ?? null
