// What a rule says: which alarms it means, who gets which mail of them, and how many.
import { z } from 'zod'
import { severities } from './alarm-item'

/** So many lines of recipients, types or originators a rule has at most. */
const mostLines = 50

const lines = z.array(z.string().min(1).max(320)).max(mostLines)
const minutes = (most: number) => z.int().min(0).max(most)
const clock = z.string().regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d)?$/)

/** All settings of a rule, as they are stored. */
export const ruleSettings = z.object({
  /** None means all; the same for types and originators, in which `*` stands for any letters */
  severities: z.array(z.enum(severities)).default([]),
  types: lines.default([]),
  originators: lines.default([]),
  customerId: z.guid().nullable().default(null),
  /** JSONata; empty means all */
  filter: z.string().max(10_000).default(''),
  /** An address, `tenant-administrators`, `customer-users`, or `${…}` out of the alarm */
  recipients: lines.min(1),
  cc: lines.default([]),
  bcc: lines.default([]),
  replyTo: z.string().max(320).default(''),
  /** Liquid; empty for plain facts */
  subject: z.string().max(2_000).default(''),
  body: z.string().max(50_000).default(''),
  html: z.string().max(100_000).default(''),
  /** By whose servers its mails go; null where nobody has chosen */
  mailServer: z.enum(['own', 'system']).nullable().default(null),
  /** Of the words that Latchkey adds; null for the tenant's */
  locale: z.string().max(10).nullable().default(null),
  /** In which moments are told, and quiet hours of those whose own zone is not known; null for the installation's */
  timeZone: z.string().max(64).nullable().default(null),
  /** For so long the same trouble of the same originator brings no further mail; 0 for no such window */
  repeatMinutes: minutes(7 * 24 * 60).default(60),
  /** Collects for so long, and then sends one mail; 0 sends at once */
  digestMinutes: minutes(24 * 60).default(0),
  /** Whether it also says when an alarm is over, of which it has mailed */
  cleared: z.boolean().default(false),
  /** Reminds so often while an alarm is active and nobody has acknowledged it; 0 never */
  reminderMinutes: minutes(7 * 24 * 60).default(0),
  /** So many alarm mails a recipient gets in an hour at most; 0 for no limit */
  perHour: z.int().min(0).max(1_000).default(30),
  /** Between these times of the recipient's day only critical alarms are mailed, others when it is over; empty for none */
  quietFrom: clock.default(''),
  quietTo: clock.default(''),
})
export type RuleSettings = z.output<typeof ruleSettings>

/** What is set for a new rule. */
export const newRuleSettings: RuleSettings = ruleSettings.parse({ recipients: ['tenant-administrators'] })
