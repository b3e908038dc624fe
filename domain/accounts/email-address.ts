import { z } from 'zod'

/** What makes two addresses the same account: letter case never does. */
export const emailKey = (email: string) => email.trim().normalize('NFC').toLowerCase()

/** An address as typed in a form. 254 is the most that fits an SMTP path (RFC 5321 §4.5.3.1.3). */
export const emailField = z
  .string()
  .trim()
  .min(1, 'email-required')
  .max(254, 'email-invalid')
  .pipe(z.email({ error: 'email-invalid', pattern: z.regexes.unicodeEmail }))
