import { hash as argon2, verify } from '@node-rs/argon2'
import { z } from 'zod'
import { readInstallation } from '@/domain/settings/installation'
import type { Actor } from '@/domain/viewer'
import { now } from '@/lib/clock'
import type { Tx } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { emailKey } from './email-address'
import { weaknessOf } from './password-strength'

/** argon2id with the parameters of the OWASP Password Storage Cheat Sheet (19 MiB, 2 passes, 1 lane). */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

const longest = 200
/** Of what is only compared, so that nobody has it hashed by the megabyte. */
const longestGiven = 1_024

/**
 * A password as it is counted, compared and hashed: with its letters composed, so that the same keys pressed on
 * another system make the same password (RFC 8265 §4.2.2).
 */
export const passwordText = z.string().transform(text => text.normalize('NFC'))
const lengthOf = (password: string) => [...password].length

/** A password that is being chosen. How short it may be is a setting: see `refuseWeak`. */
export const newPasswordField = passwordText.pipe(
  z.string().refine(password => lengthOf(password) <= longest, 'password-long'),
)

/** A password that is being checked: any text, but not one so long that hashing it is an attack. */
export const givenPasswordField = z
  .string()
  .min(1, 'password-required')
  .max(longestGiven, 'password-long')
  .transform(text => text.normalize('NFC'))

/** What a landing page sends: its token, and the password typed twice. */
export const NewPassword = z
  .object({ token: z.string(), password: newPasswordField, passwordAgain: passwordText })
  .refine(({ password, passwordAgain }) => password === passwordAgain, {
    error: 'passwords-differ',
    path: ['passwordAgain'],
    // Said at once, and not only after everything else is right.
    when: ({ value }) => typeof value === 'object' && value !== null,
  })

/** Takes tens of milliseconds on purpose: never call it inside a transaction. */
export const hashPassword = (password: string): Promise<string> =>
  argon2(password.normalize('NFC'), parameters)

/**
 * Whether a password belongs to a hash. Without a hash (no such account, no password yet) it does the
 * same work against a hash of nothing, so that time tells nothing.
 */
export async function passwordMatches(hash: string | null | undefined, password: string): Promise<boolean> {
  nothing ??= hashPassword(`${Math.random()}`)
  const matches = await verify(hash ?? (await nothing), password.normalize('NFC'))
  return matches && Boolean(hash)
}
let nothing: Promise<string> | undefined

/** Whose password it is to be. */
type Owner = { email: string; firstName?: string; lastName?: string }

/**
 * Refuses a password that is being chosen and must not be (NIST SP 800-63B: length counts, composition rules do not).
 * @param field the form's field to say it at
 * @throws Refusal password-short, password-is-email, password-common, password-guessable
 */
export async function refuseWeak(password: string, owner: Owner, field = 'password'): Promise<void> {
  const { email, firstName = '', lastName = '' } = owner
  const { minimumLength: length, name } = await readInstallation()
  if (lengthOf(password.normalize('NFC')) < length)
    throw new Refusal('password-short', { field, values: { length } })
  if (emailKey(password) === emailKey(email)) throw new Refusal('password-is-email', { field })
  const weakness = await weaknessOf(password.normalize('NFC'), [email, firstName, lastName, name])
  if (weakness) throw new Refusal(weakness, { field })
}

/** Stores a hash that was made before the transaction began. */
export async function setPassword(tx: Tx, userId: string, hash: string): Promise<void> {
  await tx.credential.upsert({
    where: { userId },
    create: { userId, hash, changedAt: now() },
    update: { hash, changedAt: now() },
  })
}

/** The person themself, as the audit names them, when a link and not a session brought them. */
export const self = (
  user: { id: string; email: string },
  { address, device }: { address: string; device: string },
): Actor => ({ id: user.id, email: user.email, address, device })
