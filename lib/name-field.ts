// What somebody or something is called: people, tenants, customers, servers.
import { z } from 'zod'

/** Marks that turn the direction of what follows, and characters that nobody sees. Joiners are part of some scripts. */
const marks =
  /[\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u00ad\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu
const ignored = /\p{Default_Ignorable_Code_Point}/gu
/** What mail programs make a link of. */
const link = /:\/\/|\bwww\./i
const nothingSeen = /^[\s\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u

/**
 * A name on one line, with marks that nobody sees taken off; empty when nothing is left to see. A link is no
 * name: names stand in mails.
 */
export const nameField = z
  .string()
  .transform(text => {
    const name = text.normalize('NFC').replace(marks, '').trim()
    return nothingSeen.test(name) ? '' : name
  })
  .pipe(
    z
      .string()
      .max(200, 'name-long')
      .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, 'name-invalid')
      .refine(name => !link.test(name.normalize('NFKC').replace(ignored, '')), 'name-link'),
  )

/** A name that there must be. */
export const requiredNameField = nameField.pipe(z.string().min(1, 'name-required'))
