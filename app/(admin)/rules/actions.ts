'use server'

import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { deleteAlarmImage } from '@/domain/alarms/alarm-images'
import { severities } from '@/domain/alarms/alarm-item'
import { allowMails } from '@/domain/alarms/mailed-links'
import { deleteRule, listRules, moveRule, readRule, saveRule, setRuleEnabled } from '@/domain/alarms/rules'
import { type RuleTrial, sendTrial, tryRules } from '@/domain/alarms/trial'
import type { Viewer } from '@/domain/viewer'
import { locales } from '@/lib/i18n/locales'
import { requiredNameField } from '@/lib/name-field'
import { addressOf } from '../list-address'

const lines = z
  .string()
  .default('')
  .transform(text =>
    text
      .split(/\r?\n/)
      .map(line => line.trim())
      .filter(Boolean),
  )
const text = z
  .string()
  .default('')
  .transform(typed => typed.replaceAll('\r\n', '\n'))
const whole = z
  .string()
  .trim()
  .regex(/^\d{0,5}$/, 'whole-number')
  .default('')
  .transform(Number)
const clock = z
  .string()
  .trim()
  .regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d)?$/, 'clock')
  .default('')
const box = z
  .string()
  .optional()
  .transform(value => value !== undefined)

const boxes = Object.fromEntries(severities.map(severity => [`severity-${severity}`, box])) as Record<
  `severity-${(typeof severities)[number]}`,
  typeof box
>

/** Everything in the form of a rule, and the alarm to try it on. */
const RuleForm = z.object({
  id: z.guid().optional(),
  tenantId: z.guid().optional(),
  intent: z.enum(['save', 'try', 'send']).default('save'),
  alarm: z.string().default(''),
  json: z.string().default(''),
  name: requiredNameField,
  ...boxes,
  types: lines,
  originators: lines,
  customerId: z
    .guid()
    .or(z.literal(''))
    .default('')
    .transform(id => id || null),
  filter: text,
  recipients: lines.refine(all => all.length > 0, 'recipients-required'),
  cc: lines,
  bcc: lines,
  replyTo: z.string().trim().default(''),
  subject: text,
  body: text,
  html: text,
  mailServer: z
    .enum(['', 'own', 'system'])
    .default('')
    .transform(whose => whose || null),
  locale: z
    .enum(['', ...locales])
    .default('')
    .transform(locale => locale || null),
  timeZone: z
    .string()
    .trim()
    .default('')
    .transform(zone => zone || null),
  repeatMinutes: whole,
  digestMinutes: whole,
  cleared: box,
  reminderMinutes: whole,
  perHour: whole,
  quietFrom: clock,
  quietTo: clock,
})

/** What is shown of a rule that was tried. */
export type Tried = { trials: RuleTrial[]; sentTo?: string; mailId?: string }

export const ruleAction = viewerAction<typeof RuleForm, Tried>(
  RuleForm,
  async (viewer, { id, tenantId, intent, alarm, json, name, ...form }) => {
    const settings = {
      ...Object.fromEntries(Object.entries(form).filter(([key]) => !key.startsWith('severity-'))),
      severities: severities.filter(severity => form[`severity-${severity}`]),
    } as unknown as Parameters<typeof saveRule>[1]['settings']
    const draft = { name, settings }
    const t = await getTranslations('rules')
    if (intent === 'save') {
      const saved = await saveRule(viewer, draft, { id, tenantId })
      const { tenantId: whose } = await readRule(viewer, saved)
      redirect(viewer.tenantId ? '/rules?notice=saved' : `/rules?notice=saved&tenant=${whose}`)
    }
    const which = id ? { ruleId: id, draft, tenantId } : { draft, tenantId }
    const tried = json.trim() || !alarm ? { json } : { alarmId: alarm }
    const trials = await tryRules(viewer, tried, which)
    if (intent === 'try') return { message: t('try.done'), data: { trials } }
    const mailId = await sendTrial(viewer, tried, which)
    return { message: t('try.sent', { to: viewer.email }), data: { trials, mailId } }
  },
  { invalid: 'rules.invalid' },
)

const TryForm = z.object({
  tenantId: z.guid().optional(),
  alarm: z.string().default(''),
  json: z.string().default(''),
})

/** All rules, tried on one alarm. */
export const tryAction = viewerAction<typeof TryForm, Tried>(
  TryForm,
  async (viewer, { tenantId, alarm, json }) => {
    const tried = json.trim() || !alarm ? { json } : { alarmId: alarm }
    const trials = await tryRules(viewer, tried, { tenantId })
    return { message: (await getTranslations('rules.try'))('done'), data: { trials } }
  },
)

/** Which button of the list was pressed: what, and for which rule. */
const RuleChange = z.object({
  change: z
    .string()
    .transform(value => value.split(' '))
    .pipe(z.tuple([z.enum(['up', 'down', 'enable', 'disable']), z.guid()])),
})

export const changeRulesAction = viewerAction(RuleChange, async (viewer, { change: [what, id] }) => {
  await changes[what](viewer, id)
  return { message: (await getTranslations('rules.done'))(what) }
})

const changes = {
  up: (viewer: Viewer, id: string) => moveBy(viewer, id, -1),
  down: (viewer: Viewer, id: string) => moveBy(viewer, id, 1),
  enable: (viewer: Viewer, id: string) => setRuleEnabled(viewer, id, true),
  disable: (viewer: Viewer, id: string) => setRuleEnabled(viewer, id, false),
}

async function moveBy(viewer: Viewer, id: string, by: number): Promise<void> {
  const { tenantId } = await readRule(viewer, id)
  const rules = await listRules(viewer, tenantId)
  await moveRule(viewer, id, rules.findIndex(rule => rule.id === id) + by)
}

export const deleteRuleAction = viewerAction(
  z.object({ ruleId: z.guid() }),
  async (viewer, { ruleId }) => {
    const { tenantId } = await readRule(viewer, ruleId)
    await deleteRule(viewer, ruleId)
    redirect(viewer.tenantId ? '/rules?notice=deleted' : `/rules?notice=deleted&tenant=${tenantId}`)
  },
  { confirm: () => true },
)

export const deleteImageAction = viewerAction(
  z.object({ imageId: z.guid(), tenantId: z.guid().optional() }),
  async (viewer, { imageId, tenantId }) => {
    await deleteAlarmImage(viewer, imageId)
    redirect(addressOf('/rules/images', { tenant: tenantId, notice: 'deleted' }))
  },
  { confirm: () => true },
)

export const allowMailsAction = viewerAction(z.object({ id: z.guid() }), async (viewer, { id }) => {
  await allowMails(viewer, id)
  return { message: (await getTranslations('rules.stopped'))('allowed') }
})
