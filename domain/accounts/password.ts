import { hash as argon2, verify } from '@node-rs/argon2'
import { z } from 'zod'
import { readInstallation } from '@/domain/settings/installation'
import { longestPassword, type PasswordRules } from '@/domain/settings/password-rules'
import { rulesFor } from '@/domain/settings/tenant-password-rules'
import type { Actor } from '@/domain/viewer'
import { now } from '@/lib/clock'
import { db, type Tx } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { signKindsIn } from '@/lib/sign-kinds'
import { emailKey } from './email-address'
import { weaknessOf } from './password-strength'

/** argon2id with the parameters of the OWASP Password Storage Cheat Sheet (19 MiB, 2 passes, 1 lane). */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

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
  z.string().refine(password => lengthOf(password) <= longestPassword, 'password-long'),
)

/** A password that is being checked: any text, but not one so long that hashing it is an attack. */
export const givenPasswordField = z
  .string()
  .min(1, 'password-required')
  .max(longestGiven, 'wrong')
  .transform(text => text.normalize('NFC'))

const twice = { password: newPasswordField, passwordAgain: passwordText }
const same = ({ password, passwordAgain }: z.output<z.ZodObject<typeof twice>>) => password === passwordAgain
const unlessSame = {
  error: 'passwords-differ',
  path: ['passwordAgain'],
  // Said at once, and not only after everything else is right.
  when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null,
}

/** A password that is being chosen, typed twice. */
export const TwicePassword = z.object(twice).refine(same, unlessSame)

/** What a landing page sends: its token, and the password typed twice. */
export const NewPassword = z.object({ token: z.string(), ...twice }).refine(same, unlessSame)

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
type Owner = {
  /** Of an account that is there */
  id?: string
  email: string
  firstName?: string
  lastName?: string
  tenantId?: string | null
}

/** A password that may be kept: its hash, and the rules it was looked at under. */
export type Chosen = { hash: string; rules?: PasswordRules }

/**
 * Looks at a password that somebody chooses, and hashes it. It takes a moment on purpose: never call it inside a
 * transaction.
 * @param field the form's field to say it at @param unlike at least so many of the last passwords it must not be,
 * whatever the rules say
 * @throws Refusal password-short, password-kinds, password-is-email, password-common, password-guessable,
 * password-reused
 */
export async function choosePassword(
  password: string,
  owner: Owner,
  { field = 'password', unlike = 0 } = {},
): Promise<Chosen> {
  const rules = await refuseWeak(password, owner, field)
  await refuseReused(password, owner, Math.max(rules.rememberedPasswords, unlike), field)
  return { hash: await hashPassword(password), rules }
}

/**
 * Refuses a password that is being chosen and must not be (NIST SP 800-63B-4 §3.1.1.2: length counts; kinds of signs
 * only where an organisation insists).
 * @returns the rules that it obeys
 * @throws Refusal password-short, password-kinds, password-is-email, password-common, password-guessable
 */
export async function refuseWeak(password: string, owner: Owner, field = 'password'): Promise<PasswordRules> {
  const { email, firstName = '', lastName = '' } = owner
  const { name } = await readInstallation()
  const tenant = owner.tenantId && (await db().tenant.findUnique({ where: { id: owner.tenantId } }))
  const rules = await rulesFor(owner.tenantId)
  const text = password.normalize('NFC')
  if (lengthOf(text) < rules.minimumLength)
    throw new Refusal('password-short', { field, values: { length: rules.minimumLength } })
  if (signKindsIn(text) < rules.signKinds)
    throw new Refusal('password-kinds', { field, values: { kinds: rules.signKinds } })
  if (emailKey(password) === emailKey(email)) throw new Refusal('password-is-email', { field })
  const weakness = await weaknessOf(text, [email, firstName, lastName, name, tenant ? tenant.name : ''])
  if (weakness) throw new Refusal(weakness, { field })
  return rules
}

/**
 * Refuses one of the last passwords of an account, the present one among them. They are compared one after the other,
 * and only for whoever has shown already that the account is theirs.
 */
async function refuseReused(password: string, { id }: Owner, last: number, field: string): Promise<void> {
  if (!id || last === 0) return
  const credential = await db().credential.findUnique({ where: { userId: id } })
  if (!credential) return
  for (const hash of [credential.hash, ...credential.history].slice(0, last))
    if (await passwordMatches(hash, password)) throw new Refusal('password-reused', { field })
}

/**
 * Stores a password that was chosen before the transaction began.
 * @param initial whether somebody else has chosen it: then it opens nothing until its owner has chosen another
 */
export async function setPassword(
  tx: Tx,
  userId: string,
  { hash, rules }: Chosen,
  { initial = false } = {},
): Promise<void> {
  const [minimumLength, signKinds] = [rules?.minimumLength ?? null, rules?.signKinds ?? null]
  const before = Math.max(0, (rules?.rememberedPasswords ?? 0) - 1)
  await tx.$executeRaw`
    INSERT INTO "Credential" ("userId", hash, "changedAt", initial, "minimumLength", "signKinds")
    VALUES (${userId}::uuid, ${hash}, ${now()}, ${initial}, ${minimumLength}::int, ${signKinds}::int)
    ON CONFLICT ("userId") DO UPDATE SET hash = excluded.hash, "changedAt" = excluded."changedAt",
      initial = excluded.initial, "minimumLength" = excluded."minimumLength", "signKinds" = excluded."signKinds",
      history = (ARRAY["Credential".hash] || "Credential".history)[1:${before}::int]`
}

/** The person themself, as the audit names them, when a link and not a session brought them. */
export const self = (
  user: { id: string; email: string },
  { address, device }: { address: string; device: string },
): Actor => ({ id: user.id, email: user.email, address, device })
