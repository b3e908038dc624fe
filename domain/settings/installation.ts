// What the system administrator has set for everybody.
import { z } from 'zod'
import { record } from '@/domain/audit/audit'
import {
  installationItself,
  refuseDeclared,
  requireFreshProof,
  requireSystemAdministrator,
  type Viewer,
} from '@/domain/viewer'
import { Prisma, type Installation as Row } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import { db, query, type Tx, transaction } from '@/lib/db'
import { readAddress } from '@/lib/email-address'
import { GroupCommit } from '@/lib/group-commit'
import { defaultLocale, type Locale, locales } from '@/lib/i18n/locales'
import { locks } from '@/lib/locks'
import { type Facts, refuseChangedMeanwhile } from '@/lib/meanwhile'
import { requiredNameField } from '@/lib/name-field'
import { colourField } from './colour-field'
import { type DisposablePolicy, disposablePolicies, domainsField } from './email-domains'
import { lifetimeColumns, lifetimeField, lifetimesOf } from './lifetimes'
import { type Logo, logoOf } from './logo-of'
import { PasswordRuleFields, type PasswordRules, usualRules } from './password-rules'
import { isStricter, readPolicy, type SecondFactorPolicy, secondFactorPolicies } from './second-factor'
import { wholeNumber } from './whole-number'

export type Installation = {
  /** What it is called in pages, and in mails where no tenant's name stands */
  name: string
  /** Where people find help; empty where there is no such address */
  supportAddress: string
  /** Of new users, and of visitors whose browser asks for none that we have */
  locale: Locale
  /** For how long an activation link works, and one for a new password: hours, to the minute */
  activationHours: number
  resetHours: number
  /** `#rrggbb`, of buttons and links in pages and mails; empty for the built-in one */
  accent: string
  /** Who must have a second factor */
  secondFactor: SecondFactorPolicy
  /** At which domains people may have addresses, one a line: these only where there are any, and never those */
  allowedDomains: string
  blockedDomains: string
  /** Addresses that are thrown away */
  disposable: DisposablePolicy
  /** After so many hours without use a session ends, */
  sessionIdleHours: number
  /** and after so many days, whatever happens */
  sessionDays: number
  /** Whether administrators may sign in as their users */
  signInAs: OffOrOn
} & PasswordRules

export const offOrOn = ['off', 'on'] as const
type OffOrOn = (typeof offOrOn)[number]

/** No session lasts longer, whatever is set. */
export const longestSessionDays = 30

/** Until somebody says otherwise. */
export const installationDefaults: Installation = {
  name: 'Latchkey',
  supportAddress: '',
  locale: defaultLocale,
  activationHours: 72,
  // OWASP, Forgot Password Cheat Sheet: for as short a time as is reasonable.
  resetHours: 1,
  accent: '',
  secondFactor: 'optional',
  allowedDomains: '',
  blockedDomains: '',
  disposable: 'accepted',
  ...usualRules,
  sessionIdleHours: 168,
  sessionDays: 7,
  signInAs: 'off',
}

/** The settings as a form has them. */
export const InstallationFields = {
  name: requiredNameField.pipe(z.string().max(60, 'installation-name-long')),
  supportAddress: z.string().transform((text, context) => {
    const address = text.trim() === '' ? '' : readAddress(text)
    if (address !== null) return address
    context.addIssue({ code: 'custom', message: 'email-invalid' })
    return z.NEVER
  }),
  locale: z.enum(locales),
  activationHours: lifetimeField,
  resetHours: lifetimeField,
  accent: colourField,
  secondFactor: z.enum(secondFactorPolicies),
  allowedDomains: domainsField,
  blockedDomains: domainsField,
  disposable: z.enum(disposablePolicies),
  ...PasswordRuleFields,
  sessionIdleHours: wholeNumber(1, longestSessionDays * 24, 'session-idle-hours'),
  sessionDays: wholeNumber(1, longestSessionDays, 'session-days'),
  signInAs: z.enum(offOrOn),
}

/** What the form of the settings holds. */
export const factsOf = (installation: Installation): Facts =>
  Object.fromEntries(Object.entries(installation).map(([field, value]) => [field, String(value)]))

/** The settings, for whatever obeys them. */
export const readInstallation = async (): Promise<Installation> => (await readInstallationAndLogo()).settings

/** The same with what pages need to know of the logo. */
export async function readInstallationAndLogo(): Promise<{ settings: Installation; logo: Logo | null }> {
  const row = await reads.add(null)
  return { settings: installationOf(row), logo: logoOf(row) }
}

/** Each request asks for them: those that ask at the same time share a look, which begins after they have asked. */
const reads = new GroupCommit(async (asked: null[]) => {
  const [row] = await query<Row>(Prisma.sql`SELECT * FROM "Installation" WHERE id = 1`)
  return asked.map(() => row ?? null)
})

/** The same in a transaction. */
export const installationIn = async (tx: Tx): Promise<Installation> =>
  installationOf(await tx.installation.findUnique({ where: { id: 1 } }))

/** Since when a second factor is required of those of whom it is; null where it is of nobody. */
export const secondFactorSince = async (): Promise<Date | null> =>
  (await db().installation.findUnique({ where: { id: 1 } }))?.secondFactorSince ?? null

/** The settings, for whoever may change them. @throws Refusal not-allowed */
export async function readSettings(viewer: Viewer): Promise<Installation> {
  requireSystemAdministrator(viewer)
  return readInstallation()
}

/**
 * Changes the settings. Passwords and links that are there already go on working.
 * @param opened what the form was opened with @returns the settings as they are now
 * @throws Refusal not-allowed, prove-yourself, declared; ChangedMeanwhile
 */
export const changeSettings = (
  viewer: Viewer,
  settings: Installation,
  opened?: Facts,
): Promise<Installation> =>
  transaction(async tx => {
    requireSystemAdministrator(viewer)
    requireFreshProof(viewer)
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${locks.installation}::bigint)`
    const present = await installationIn(tx)
    const [before, after] = [factsOf(present), factsOf(settings)]
    refuseChangedMeanwhile(opened, after, before)
    const differing = Object.keys(after).filter(field => before[field] !== after[field])
    if (differing.length === 0) return settings
    const declared = await declaredSettings(tx)
    const fixed = differing.find(field => declared.includes(field))
    refuseDeclared(viewer, { declared: fixed !== undefined }, fixed)
    const { secondFactor } = settings
    // Of whom more is required than before has the whole time from now on.
    const since = isStricter(secondFactor, present.secondFactor) && { secondFactorSince: now() }
    const data = { ...rowOf(settings), ...since }
    await tx.installation.upsert({ where: { id: 1 }, create: { id: 1, ...data }, update: data })
    const only = (facts: Facts) => Object.fromEntries(differing.map(field => [field, facts[field] ?? '']))
    const subject = { type: 'installation' as const, id: null, label: 'settings' }
    await record(tx, viewer, 'settings.changed', subject, { before: only(before), after: only(after) })
    return settings
  })

/**
 * Makes some of the settings what they are declared as from outside; the others can be changed as ever.
 * @param by what declares them, as the audit names it
 */
export async function declareSettings(by: string, declared: Partial<Installation>): Promise<void> {
  const names = Object.keys(declared)
  if (names.length === 0 && (await declaredSettings()).length === 0) return
  const settings = await changeSettings(installationItself(by), {
    ...(await readInstallation()),
    ...declared,
  })
  await db().installation.upsert({
    where: { id: 1 },
    create: { id: 1, ...rowOf(settings), declared: names },
    update: { declared: names },
  })
}

/** Which of the settings are declared from outside: the names of their fields. */
export const declaredSettings = async (tx: Tx = db()): Promise<string[]> =>
  (await tx.installation.findUnique({ where: { id: 1 }, select: { declared: true } }))?.declared ?? []

/** The columns of settings. */
export function rowOf({ activationHours, resetHours, ...settings }: Installation) {
  return { ...settings, ...lifetimeColumns({ activationHours, resetHours }) }
}

function installationOf(row: Row | null): Installation {
  if (!row) return installationDefaults
  const { locale, secondFactor, disposable, signInAs, ...columns } = row
  const { id, declared, secondFactorSince, logoHash, logoWidth, logoHeight, ...rest } = columns
  const { activationMinutes, resetMinutes, ...settings } = rest
  return {
    ...settings,
    ...lifetimesOf(row),
    signInAs: signInAs === 'on' ? 'on' : 'off',
    locale: locales.find(known => known === locale) ?? defaultLocale,
    secondFactor: readPolicy(secondFactor),
    disposable: disposablePolicies.find(known => known === disposable) ?? 'refused',
  }
}
