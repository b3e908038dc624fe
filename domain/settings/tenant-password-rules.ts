// What a tenant asks of passwords and second factors beyond the installation, and the rules that hold for a person.
import { z } from 'zod'
import { record } from '@/domain/audit/audit'
import { requireFreshProof, type Viewer, visibleTenant } from '@/domain/viewer'
import { Prisma, type TenantPasswordRules as Row } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import { db, rowId, type Tx, transaction } from '@/lib/db'
import { locks } from '@/lib/locks'
import { type Facts, refuseChangedMeanwhile } from '@/lib/meanwhile'
import { Refusal } from '@/lib/refusal'
import { type Installation, installationIn } from './installation'
import { PasswordRuleFields, type PasswordRules, stricterOf, usualRules } from './password-rules'
import {
  type FactorRule,
  isStricter,
  readPolicy,
  type SecondFactorPolicy,
  secondFactorPolicies,
} from './second-factor'

/** Null where a tenant asks for no more than the installation. */
export type TenantRules = {
  [Rule in Exclude<keyof PasswordRules, 'renewWeaker'>]: number | null
} & { renewWeaker: boolean; secondFactor: SecondFactorPolicy | null }

const noRules: TenantRules = {
  minimumLength: null,
  signKinds: null,
  rememberedPasswords: null,
  passwordDays: null,
  renewWeaker: false,
  secondFactor: null,
}

const orNothing = <Field extends z.ZodType<number, string>>(field: Field) =>
  z
    .string()
    .transform(text => (text.trim() === '' ? null : text))
    .pipe(z.nullable(field))

/** What a tenant asks for, as a form has it: an empty field is no rule of its own. */
export const TenantRuleFields = {
  minimumLength: orNothing(PasswordRuleFields.minimumLength),
  signKinds: orNothing(PasswordRuleFields.signKinds),
  rememberedPasswords: orNothing(PasswordRuleFields.rememberedPasswords),
  passwordDays: orNothing(PasswordRuleFields.passwordDays),
  renewWeaker: PasswordRuleFields.renewWeaker,
  secondFactor: z
    .enum(['', ...secondFactorPolicies])
    .optional()
    .transform(policy => policy || null),
}

/** What the form of a tenant's rules holds. */
export const tenantFactsOf = (rules: TenantRules): Facts =>
  Object.fromEntries(
    Object.entries(rules).map(([field, value]) => [field, value === null ? '' : String(value)]),
  )

/** The rules for the password of whoever belongs to a tenant, or to none: whatever obeys them asks here. */
export const rulesFor = (tenantId: string | null | undefined): Promise<PasswordRules> =>
  rulesIn(db(), tenantId)

/** The same in a transaction. */
export async function rulesIn(tx: Tx, tenantId: string | null | undefined): Promise<PasswordRules> {
  const [row] = await tx.$queryRaw<RulesRow[]>`SELECT ${rulesColumns(tenantId)}`
  return rulesInRow(row)
}

/** What `rulesInRow` reads, as columns of any statement. */
export const rulesColumns = (tenantId: string | null | undefined): Prisma.Sql => Prisma.sql`
  (SELECT ${rules} FROM "Installation" WHERE id = 1) AS "installationRules",
  (SELECT ${rules} FROM "TenantPasswordRules" WHERE "tenantId" = ${tenantId ?? null}::uuid) AS "tenantRules"`

const rules = Prisma.sql`json_build_object('minimumLength', "minimumLength", 'signKinds', "signKinds",
  'rememberedPasswords', "rememberedPasswords", 'passwordDays', "passwordDays", 'renewWeaker', "renewWeaker")`

export type RulesRow = {
  installationRules: PasswordRules | null
  tenantRules: Omit<TenantRules, 'secondFactor'> | null
}

export function rulesInRow(row: RulesRow | undefined): PasswordRules {
  const installation = row?.installationRules ?? usualRules
  return row?.tenantRules ? stricterOf(installation, asked(row.tenantRules)) : installation
}

/**
 * What a tenant asks for, and what the installation does. The system administrator sees any tenant's, a tenant
 * administrator the own one's.
 * @throws Refusal not-allowed, tenant-not-found
 */
export async function readTenantRules(
  viewer: Viewer,
  tenantId: string,
): Promise<{ tenant: TenantRules; installation: PasswordRules & Pick<Installation, 'secondFactor'> }> {
  await visibleName(db(), viewer, tenantId)
  const row = await db().tenantPasswordRules.findUnique({ where: { tenantId } })
  const installation = await installationIn(db())
  return {
    tenant: row ? tenantRulesOf(row) : noRules,
    installation: { ...rulesOf(installation), secondFactor: installation.secondFactor },
  }
}

/** Of whom a tenant requires a second factor. */
export async function factorRuleOf(tenantId: string): Promise<FactorRule> {
  const row = await db().tenantPasswordRules.findUnique({ where: { tenantId } })
  return {
    policy: row?.secondFactor ? readPolicy(row.secondFactor) : 'optional',
    since: row?.secondFactorSince ?? null,
  }
}

/**
 * Says what a tenant asks for: more than the installation, never less. Passwords that are there go on working, unless
 * weaker ones have to be changed.
 * @param opened what the form was opened with @returns the rules as they are now
 * @throws Refusal not-allowed, tenant-not-found, prove-yourself; rule-not-stricter, rule-not-sooner, factor-not-stricter at the field; ChangedMeanwhile
 */
export const changeTenantRules = (
  viewer: Viewer,
  tenantId: string,
  rules: TenantRules,
  opened?: Facts,
): Promise<TenantRules> =>
  transaction(async tx => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${locks.installation}::bigint)`
    const name = await visibleName(tx, viewer, tenantId)
    requireFreshProof(viewer)
    refuseLooser(rules, await installationIn(tx))
    const row = await tx.tenantPasswordRules.findUnique({ where: { tenantId } })
    const [before, after] = [tenantFactsOf(row ? tenantRulesOf(row) : noRules), tenantFactsOf(rules)]
    refuseChangedMeanwhile(opened, after, before)
    const differing = Object.keys(after).filter(field => before[field] !== after[field])
    if (differing.length === 0) return rules
    const present = row?.secondFactor ? readPolicy(row.secondFactor) : 'optional'
    const stricter = rules.secondFactor !== null && isStricter(rules.secondFactor, present)
    const data = { ...rules, ...(stricter && { secondFactorSince: now() }) }
    await tx.tenantPasswordRules.upsert({ where: { tenantId }, create: { tenantId, ...data }, update: data })
    const only = (facts: Facts) => Object.fromEntries(differing.map(field => [field, facts[field] ?? '']))
    const subject = { type: 'tenant' as const, id: tenantId, label: name, tenantId }
    await record(tx, viewer, 'tenant.password-rules-changed', subject, {
      before: only(before),
      after: only(after),
    })
    return rules
  })

/** A rule that would ask for less than the installation holds for nobody, so it is not saved. */
function refuseLooser(rules: TenantRules, installation: Installation): void {
  const held = stricterOf(rulesOf(installation), asked(rules))
  for (const field of ['minimumLength', 'signKinds', 'rememberedPasswords', 'passwordDays'] as const)
    if (rules[field] !== null && held[field] !== rules[field])
      throw new Refusal(field === 'passwordDays' ? 'rule-not-sooner' : 'rule-not-stricter', {
        field,
        values: { installation: installation[field] },
      })
  if (rules.secondFactor && isStricter(installation.secondFactor, rules.secondFactor))
    throw new Refusal('factor-not-stricter', { field: 'secondFactor' })
}

/** The name of a tenant whose rules the viewer may read and change. @throws Refusal not-allowed, tenant-not-found */
async function visibleName(tx: Tx, viewer: Viewer, tenantId: string): Promise<string> {
  const own = visibleTenant(viewer).tenantId
  const tenant =
    own && own !== tenantId
      ? null
      : await tx.tenant.findUnique({ where: { id: rowId(tenantId) }, select: { name: true } })
  if (!tenant) throw new Refusal('tenant-not-found')
  return tenant.name
}

/** What a tenant asks for, with the least in the place of nothing. */
const asked = ({ renewWeaker, ...rules }: Omit<TenantRules, 'secondFactor'>): PasswordRules => ({
  minimumLength: rules.minimumLength ?? usualRules.minimumLength,
  signKinds: rules.signKinds ?? 0,
  rememberedPasswords: rules.rememberedPasswords ?? 0,
  passwordDays: rules.passwordDays ?? 0,
  renewWeaker,
})

const rulesOf = ({
  minimumLength,
  signKinds,
  rememberedPasswords,
  passwordDays,
  renewWeaker,
}: PasswordRules): PasswordRules => ({
  minimumLength,
  signKinds,
  rememberedPasswords,
  passwordDays,
  renewWeaker,
})

const tenantRulesOf = ({ tenantId: _, secondFactorSince: __, secondFactor, ...rules }: Row): TenantRules => ({
  ...rules,
  secondFactor: secondFactor === null ? null : readPolicy(secondFactor),
})
