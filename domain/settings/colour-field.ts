import { z } from 'zod'

/** A colour as somebody types it, `#4650c3`, also without the sign in front; empty for none. Gives it in small letters. */
export const colourField = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^(?:#?[\da-f]{6})?$/, 'colour-invalid')
  .transform(text => (text === '' || text.startsWith('#') ? text : `#${text}`))
