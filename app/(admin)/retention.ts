import { z } from 'zod'

/** For how many days something is kept, as a form says it. */
export const Retention = z.object({
  days: z
    .string()
    .trim()
    .regex(/^\d{1,4}$/, 'retention-days')
    .transform(Number)
    .refine(days => days >= 1 && days <= 3650, 'retention-days'),
})
