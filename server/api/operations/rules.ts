import { z } from 'zod'
import { ruleSettings } from '@/domain/alarms/rule-settings'
import {
  deleteRule,
  listRules,
  moveRule,
  type Rule as RuleRow,
  readRule,
  saveRule,
  setRuleEnabled,
} from '@/domain/alarms/rules'
import { tryRules } from '@/domain/alarms/trial'
import type { Viewer } from '@/domain/viewer'
import { requiredNameField } from '@/lib/name-field'
import { operation } from '../operation'
import { asked, id, told } from '../schemas'

const Rule = told(
  'Rule',
  z.object({
    id,
    tenantId: id,
    name: z.string(),
    enabled: z.boolean(),
    position: z.number().int(),
    problem: z.string().nullable().describe('What went wrong with it lately'),
    settings: ruleSettings,
  }),
)

const view = (rule: RuleRow): z.output<typeof Rule> => ({
  id: rule.id,
  tenantId: rule.tenantId,
  name: rule.name,
  enabled: rule.enabled,
  position: rule.position,
  problem: rule.problem,
  settings: rule.settings,
})

const read = async (viewer: Viewer, ruleId: string) => view(await readRule(viewer, ruleId))
const tag = 'Rules'
const ofOne = { tag, read } as const
const settings = ruleSettings.strict()
/** Without what is set for a new rule: what is left out stays. */
const changes = z
  .strictObject(
    Object.fromEntries(
      Object.entries(ruleSettings.shape).map(([name, schema]) => [
        name,
        schema instanceof z.ZodDefault ? schema.unwrap() : schema,
      ]),
    ) as unknown as typeof ruleSettings.shape,
  )
  .partial()
const whose = { tenantId: id.optional().describe('Whose it is: needed for the system administrator') }
const refusals = [
  'alarm-recipient-unknown',
  'alarm-filter-invalid',
  'alarm-template-invalid',
  'alarm-image-unknown',
  'too-many-images-in-mail',
  'alarm-address-invalid',
  'alarm-quiet-incomplete',
  'alarm-customer-unknown',
  'time-zone-unknown',
]

const Trial = z.object({
  ruleId: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  why: z.string().nullable().describe('Why it does not match; null where it does'),
  problem: z.string().nullable(),
  detail: z.string().nullable(),
  recipients: z.array(z.object({ address: z.string(), how: z.string() })),
  mail: z.object({ subject: z.string(), text: z.string(), html: z.string() }).nullable(),
})

export const rules = [
  operation({
    id: 'listRules',
    method: 'GET',
    path: '/rules',
    tag,
    summary: 'The rules that make mails of alarms, in their order',
    scope: 'rules:read',
    query: z.strictObject(whose),
    answer: told('Rules', z.object({ items: z.array(Rule) })),
    refusals: ['tenant-required'],
    async run({ viewer, query: { tenantId } }) {
      return { body: { items: (await listRules(viewer, tenantId)).map(view) } }
    },
  }),
  operation({
    id: 'addRule',
    method: 'POST',
    path: '/rules',
    tag,
    summary: 'Add a rule, at the end',
    scope: 'rules:write',
    body: asked('NewRule', z.strictObject({ ...whose, name: requiredNameField, settings })),
    status: 201,
    answer: Rule,
    refusals: ['too-many-alarm-rules', 'tenant-required', ...refusals],
    async run({ viewer, body: { tenantId, ...input } }) {
      const ruleId = await saveRule(viewer, input, { tenantId })
      return { body: await read(viewer, ruleId), headers: { Location: `/api/v1/rules/${ruleId}` } }
    },
  }),
  operation({
    ...ofOne,
    id: 'readRule',
    method: 'GET',
    path: '/rules/{id}',
    summary: 'One rule',
    scope: 'rules:read',
    answer: Rule,
    async run({ viewer, params: { id: ruleId = '' } }) {
      return { body: await read(viewer, ruleId) }
    },
  }),
  operation({
    ...ofOne,
    id: 'changeRule',
    method: 'PATCH',
    path: '/rules/{id}',
    summary: 'Change a rule: what is left out stays',
    scope: 'rules:write',
    body: asked(
      'RulePatch',
      z.strictObject({ name: requiredNameField.optional(), settings: changes.optional() }),
    ),
    answer: Rule,
    refusals,
    async run({ viewer, params: { id: ruleId = '' }, body: { name, settings: given } }) {
      const rule = await readRule(viewer, ruleId)
      const input = { name: name ?? rule.name, settings: { ...rule.settings, ...given } }
      await saveRule(viewer, input, { id: rule.id })
      return { body: await read(viewer, rule.id) }
    },
  }),
  operation({
    ...ofOne,
    id: 'deleteRule',
    method: 'DELETE',
    path: '/rules/{id}',
    summary: 'Delete a rule',
    scope: 'rules:write',
    status: 204,
    async run({ viewer, params: { id: ruleId = '' } }) {
      await deleteRule(viewer, ruleId)
      return {}
    },
  }),
  ...([true, false] as const).map(enabled =>
    operation({
      ...ofOne,
      id: enabled ? 'enableRule' : 'disableRule',
      method: 'POST',
      path: `/rules/{id}/${enabled ? 'enable' : 'disable'}`,
      summary: enabled ? 'Let a rule make mails' : 'Let a rule make no mails',
      scope: 'rules:write',
      answer: Rule,
      async run({ viewer, params: { id: ruleId = '' } }) {
        await setRuleEnabled(viewer, ruleId, enabled)
        return { body: await read(viewer, ruleId) }
      },
    }),
  ),
  operation({
    ...ofOne,
    id: 'moveRule',
    method: 'POST',
    path: '/rules/{id}/move',
    summary: 'Move a rule to a place in the order',
    scope: 'rules:write',
    body: asked('RulePlace', z.strictObject({ place: z.number().int().min(0).describe('0 for the first') })),
    answer: Rule,
    async run({ viewer, params: { id: ruleId = '' }, body: { place } }) {
      await moveRule(viewer, ruleId, place)
      return { body: await read(viewer, ruleId) }
    },
  }),
  operation({
    id: 'tryRules',
    method: 'POST',
    path: '/rule-trials',
    tag,
    summary: 'Try the rules on an alarm, without keeping or sending anything',
    scope: 'rules:read',
    body: asked(
      'RuleTrialAlarm',
      z.strictObject({
        ...whose,
        ruleId: id.optional().describe('Only this one'),
        alarmId: id.optional().describe('One that came in'),
        alarm: z.unknown().optional().describe('Or one in our own shape'),
      }),
    ),
    answer: told('RuleTrials', z.object({ items: z.array(Trial) })),
    refusals: ['tenant-required', 'alarm-json-invalid'],
    async run({ viewer, body: { alarmId, alarm, ...which } }) {
      const tried = alarmId ? { alarmId } : { json: JSON.stringify(alarm ?? null) }
      const items = (await tryRules(viewer, tried, which)).map(trial => ({
        ...trial,
        recipients: trial.recipients.map(({ address, how }) => ({ address, how: String(how) })),
      }))
      return { body: { items } }
    },
  }),
]
