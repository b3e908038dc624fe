// The rules of a password that is being chosen, and which of two sets of them asks for more.
import { z } from 'zod'
import { wholeNumber } from './whole-number'

export type PasswordRules = {
  /** In characters, as people count them */
  minimumLength: number
  /** So many of the kinds of signs that there are; 0 where none are asked for */
  signKinds: number
  /** So many of the last passwords may not be chosen again, the present one among them */
  rememberedPasswords: number
  /** For so many days it is good; 0 for ever */
  passwordDays: number
  /** Whether a password that was chosen under weaker rules has to be changed with the next sign-in */
  renewWeaker: boolean
}

/**
 * Until somebody says otherwise, as NIST SP 800-63B-4 §3.1.1.2 has it: length counts, no kinds of signs are asked for,
 * and none expires. Its 8 characters are those of a password beside a second factor; where it is alone it wants 15.
 */
export const usualRules: PasswordRules = {
  minimumLength: 8,
  signKinds: 0,
  rememberedPasswords: 0,
  passwordDays: 0,
  renewWeaker: false,
}

export const longestPassword = 128
/** 0 is none; 1 of the four would be no rule at all. */
export const signKindChoices = [0, 2, 3, 4] as const
/**
 * Each of them is compared by a hash that is slow on purpose: ten of them cost a quarter of a second and 19 MiB, one
 * after the other.
 */
export const rememberedAtMost = 10
export const daysAtMost = 3_650

/** The rules as a form has them. A browser sends an unticked box as nothing at all. */
export const PasswordRuleFields = {
  minimumLength: wholeNumber(8, longestPassword, 'minimum-length'),
  signKinds: z
    .string()
    .refine(text => signKindChoices.some(kinds => String(kinds) === text), 'sign-kinds')
    .transform(Number),
  rememberedPasswords: wholeNumber(0, rememberedAtMost, 'remembered-passwords'),
  passwordDays: wholeNumber(0, daysAtMost, 'password-days'),
  renewWeaker: z
    .string()
    .optional()
    .transform(text => text === 'on'),
}

/** Of two sets of rules the stricter, rule by rule: both hold. */
export const stricterOf = (one: PasswordRules, other: PasswordRules): PasswordRules => ({
  minimumLength: Math.max(one.minimumLength, other.minimumLength),
  signKinds: Math.max(one.signKinds, other.signKinds),
  rememberedPasswords: Math.max(one.rememberedPasswords, other.rememberedPasswords),
  passwordDays: sooner(one.passwordDays, other.passwordDays),
  renewWeaker: one.renewWeaker || other.renewWeaker,
})

const sooner = (one: number, other: number) => (one && other ? Math.min(one, other) : one || other)
