// The rules of a tenant: who may see and change them, in which order they stand.
import type { z } from 'zod'
import { record } from '@/domain/audit/audit'
import { keepTenant } from '@/domain/tenancy/keep'
import { type Viewer, visibleTenant } from '@/domain/viewer'
import type { AlarmRule } from '@/generated/prisma/client'
import { db, rowId, type Tx, transaction } from '@/lib/db'
import { readAddress } from '@/lib/email-address'
import { Refusal } from '@/lib/refusal'
import { readTimeZone } from '@/lib/time-zone'
import { refuseImages } from './alarm-images'
import { readRecipientLine } from './recipients'
import { type RuleSettings, ruleSettings } from './rule-settings'
import { runTask } from './sandbox'
import { tenantOf } from './tenant-of'

/** A tenant has no more rules than these: each alarm is looked at by all of them. */
const mostRules = 50

export type Rule = Omit<AlarmRule, 'settings'> & { settings: RuleSettings }

/** A rule with its settings as they are understood today. */
export const ruleOf = (row: AlarmRule): Rule => ({ ...row, settings: ruleSettings.parse(row.settings) })

/** All rules of a tenant in their order. @throws Refusal not-allowed, tenant-required, tenant-not-found */
export async function listRules(viewer: Viewer, tenantId?: string): Promise<Rule[]> {
  const rows = await db().alarmRule.findMany({
    where: { tenantId: rowId(tenantOf(viewer, tenantId)) },
    orderBy: [{ position: 'asc' }, { id: 'asc' }],
  })
  return rows.map(ruleOf)
}

/** @throws Refusal not-allowed, alarm-rule-not-found */
export const readRule = async (viewer: Viewer, id: string): Promise<Rule> =>
  ruleOf(await find(db(), viewer, id))

export type RuleInput = { name: string; settings: z.input<typeof ruleSettings> }

/**
 * Saves a new rule at the end of the order, or changes one.
 * @param which `id` of the rule to change, or `tenantId` for whose it is, which a tenant administrator need not say
 * @returns its id
 * @throws Refusal not-allowed, tenant-required, tenant-not-found, alarm-rule-not-found, too-many-alarm-rules,
 *   alarm-rule-invalid; at their field alarm-recipient-unknown, alarm-filter-invalid, alarm-template-invalid,
 *   alarm-image-unknown,
 *   too-many-images-in-mail, alarm-address-invalid, time-zone-unknown, alarm-quiet-incomplete, alarm-customer-unknown
 */
export async function saveRule(
  viewer: Viewer,
  { name, settings: given }: RuleInput,
  which: { id?: string; tenantId?: string } = {},
): Promise<string> {
  const own = visibleTenant(viewer).tenantId
  if (which.id && own && which.tenantId && own !== which.tenantId) throw new Refusal('tenant-not-found')
  const whose = which.id
    ? (await find(db(), viewer, which.id)).tenantId
    : rowId(tenantOf(viewer, which.tenantId))
  const settings = await checkedSettings(given, whose)
  return transaction(async tx => {
    const before = which.id ? await find(tx, viewer, which.id, true) : null
    const tenantId = before ? before.tenantId : tenantOf(viewer, which.tenantId)
    if (!(await keepTenant(tx, rowId(tenantId)))) throw new Refusal('tenant-not-found')
    const { customerId } = settings
    if (customerId && (await tx.customer.count({ where: { id: customerId, tenantId } })) === 0)
      throw new Refusal('alarm-customer-unknown', { field: 'customerId' })
    if (before) {
      const was = ruleOf(before)
      if (was.name === name && JSON.stringify(was.settings) === JSON.stringify(settings)) return before.id
      const data = { name, settings, version: { increment: 1 }, ...noProblem }
      const rule = await tx.alarmRule.update({ where: { id: before.id }, data })
      await record(tx, viewer, 'alarm-rule.changed', subjectOf(rule), changesOf(was, { name, settings }))
      return rule.id
    }
    const rules = await heldRules(tx, tenantId)
    if (rules.length >= mostRules) throw new Refusal('too-many-alarm-rules', { values: { most: mostRules } })
    const position = (rules.at(-1)?.position ?? 0) + 1
    const rule = await tx.alarmRule.create({ data: { tenantId, name, position, settings } })
    await record(tx, viewer, 'alarm-rule.created', subjectOf(rule))
    return rule.id
  })
}

const noProblem = { problem: null, problemDetail: null, problemAt: null }

/** What differs, each setting as it was and is. */
function changesOf(
  was: { name: string; settings: RuleSettings },
  is: { name: string; settings: RuleSettings },
) {
  const flat = ({ name, settings }: typeof was): Record<string, string> =>
    Object.fromEntries(
      Object.entries({ name, ...settings }).map(([key, value]) => [
        key,
        (Array.isArray(value) ? value.join(', ') : String(value ?? '')).slice(0, 500),
      ]),
    )
  const before = flat(was)
  const after = flat(is)
  const keys = Object.keys(after).filter(key => before[key] !== after[key])
  const only = (all: Record<string, string>) => Object.fromEntries(keys.map(key => [key, all[key] ?? '']))
  return { before: only(before), after: only(after) }
}

/** Settings of which everything can be understood. @throws Refusal as `saveRule`, at their field */
export async function checkedSettings(given: RuleInput['settings'], tenantId: string): Promise<RuleSettings> {
  const { success, data: settings, error } = ruleSettings.safeParse(given)
  if (!success) {
    const field = String(error.issues[0]?.path[0] ?? 'recipients')
    throw new Refusal('alarm-rule-invalid', { field, values: { what: error.issues[0]?.message ?? '' } })
  }
  for (const field of ['recipients', 'cc', 'bcc'] as const)
    for (const line of settings[field])
      if (!readRecipientLine(line)) throw new Refusal('alarm-recipient-unknown', { field, values: { line } })
  if (settings.replyTo && !readAddress(settings.replyTo))
    throw new Refusal('alarm-address-invalid', { field: 'replyTo' })
  if (settings.timeZone && !readTimeZone(settings.timeZone))
    throw new Refusal('time-zone-unknown', { field: 'timeZone' })
  if ((settings.quietFrom === '') !== (settings.quietTo === ''))
    throw new Refusal('alarm-quiet-incomplete', { field: settings.quietFrom ? 'quietTo' : 'quietFrom' })
  await refuseUnreadable('alarm-filter-invalid', 'filter', { expression: settings.filter })
  for (const field of ['subject', 'body', 'html'] as const) {
    const images = await refuseUnreadable('alarm-template-invalid', field, {
      templates: [{ name: field, source: settings[field], isHtml: field === 'html' }],
    })
    await refuseImages(tenantId, images)
  }
  return settings
}

type Checked = { expression?: string; templates?: { name: string; source: string; isHtml: boolean }[] }

/** @returns the names of images in it */
async function refuseUnreadable(code: string, field: string, what: Checked): Promise<string[]> {
  const { problem, detail = '', images = [] } = await runTask({ kind: 'check', ...what })
  if (problem) throw new Refusal(code, { field, values: { detail } })
  return images
}

/** Moves a rule to a place in the order, 0 for the first. @throws Refusal not-allowed, alarm-rule-not-found */
export const moveRule = (viewer: Viewer, id: string, place: number): Promise<void> =>
  transaction(async tx => {
    const rule = await find(tx, viewer, id)
    const rules = await heldRules(tx, rule.tenantId)
    const from = rules.findIndex(one => one.id === rule.id)
    const to = Math.max(0, Math.min(place, rules.length - 1))
    if (from === to) return
    const order = rules.filter(one => one.id !== rule.id)
    order.splice(to, 0, rule)
    for (const [index, one] of order.entries())
      if (one.position !== index + 1)
        await tx.alarmRule.update({ where: { id: one.id }, data: { position: index + 1 } })
    await record(tx, viewer, 'alarm-rule.moved', subjectOf(rule), {
      before: { position: from + 1 },
      after: { position: to + 1 },
    })
  })

/** @throws Refusal not-allowed, alarm-rule-not-found */
export const setRuleEnabled = (viewer: Viewer, id: string, enabled: boolean): Promise<void> =>
  transaction(async tx => {
    const rule = await find(tx, viewer, id, true)
    if (rule.enabled === enabled) return
    await tx.alarmRule.update({ where: { id: rule.id }, data: { enabled } })
    await record(tx, viewer, enabled ? 'alarm-rule.enabled' : 'alarm-rule.disabled', subjectOf(rule))
  })

/** Deletes a rule, and what it was about to send in a digest. @throws Refusal not-allowed, alarm-rule-not-found */
export const deleteRule = (viewer: Viewer, id: string): Promise<void> =>
  transaction(async tx => {
    const rule = await find(tx, viewer, id, true)
    await tx.alarmRule.delete({ where: { id: rule.id } })
    await record(tx, viewer, 'alarm-rule.deleted', subjectOf(rule))
  })

async function find(tx: Tx, viewer: Viewer, id: string, held = false): Promise<AlarmRule> {
  const where = { id: rowId(id), ...visibleTenant(viewer) }
  if (held) await tx.$queryRaw`SELECT 1 FROM "AlarmRule" WHERE id = ${rowId(id)}::uuid FOR UPDATE`
  const rule = await tx.alarmRule.findFirst({ where })
  if (!rule) throw new Refusal('alarm-rule-not-found')
  return rule
}

/** The rules of a tenant in their order, which nobody else changes until the transaction ends. */
async function heldRules(tx: Tx, tenantId: string): Promise<AlarmRule[]> {
  await tx.$queryRaw`SELECT 1 FROM "Tenant" WHERE id = ${tenantId}::uuid FOR NO KEY UPDATE`
  return tx.alarmRule.findMany({ where: { tenantId }, orderBy: [{ position: 'asc' }, { id: 'asc' }] })
}

const subjectOf = ({ id, name, tenantId }: AlarmRule) => ({
  type: 'alarm-rule' as const,
  id,
  label: name,
  tenantId,
})
