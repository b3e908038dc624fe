// What a mail about alarms says: by the rule's templates, or the plain facts in the reader's language.
import { randomBytes } from 'node:crypto'
import { mailMoment, mailWords } from '@/domain/outbox/compose'
import { inlineImageAddress, type MailImageRef } from '@/domain/outbox/mail-image'
import { acknowledgeMark, stopMark } from '@/domain/outbox/written-mail'
import { env } from '@/lib/env'
import { zonedMoment } from '@/lib/time-zone'
import type { Images } from './alarm-images'
import type { EventKind } from './intake'
import type { AlarmFacts } from './matching'
import type { Rule } from './rules'
import { runTasks, type Task } from './sandbox'

/** Where and for whom it is written. */
export type Setting = { tenant: string; locale: string; timeZone: string }

export type Content = {
  subject: string
  text: string
  html?: string
  /** Those that the HTML shows */
  images?: MailImageRef[]
  /** Why it does not say what the rule wanted it to */
  problem?: string
  detail?: string
}

export type Told = {
  rule: Pick<Rule, 'name' | 'settings'>
  alarm: AlarmFacts
  kind: EventKind
  /** How often it came since the last mail */
  again: number
  setting: Setting
  /** The customer's name */
  customer: string | null
}

/** Writes each of them. What a template cannot say in time is said with the plain facts. */
export async function write(all: readonly Told[], images: Images): Promise<Content[]> {
  const shown = Object.fromEntries(
    [...images].map(([name, { hash, size }]) => [name, { address: inlineImageAddress(hash), size }]),
  )
  const asked = all.flatMap((told, index) => {
    const { subject, body, html } = told.rule.settings
    const templates = [
      ...(subject ? [{ name: 'subject', source: subject, isHtml: false }] : []),
      ...(body ? [{ name: 'text', source: body, isHtml: false }] : []),
      ...(html ? [{ name: 'html', source: html, isHtml: true }] : []),
    ]
    return templates.length > 0 ? { index, templates, told } : []
  })
  const tasks = await Promise.all(
    asked.map(
      async ({ templates, told }): Promise<Task> => ({
        kind: 'render',
        templates,
        context: await contextOf(told),
        images: shown,
      }),
    ),
  )
  const results = tasks.length > 0 ? await runTasks(tasks) : []
  const written = new Map(asked.map(({ index }, place) => [index, results[place]]))
  return Promise.all(
    all.map(async (told, index) => {
      const result = written.get(index)
      const facts = await plainFacts(told)
      if (!result) return facts
      if (result.problem || !result.written)
        return {
          ...facts,
          problem: `template-${result.problem ?? 'failed'}`,
          ...(result.detail && { detail: result.detail }),
        }
      const { subject, text, html } = result.written
      const carried = (result.images ?? []).flatMap(name => images.get(name) ?? [])
      return {
        subject: subject === undefined ? facts.subject : oneLine(subject) || facts.subject,
        // Whoever writes HTML alone gets the facts as the plain text of it.
        text: text ?? facts.text,
        ...(html !== undefined && { html }),
        ...(carried.length > 0 && {
          images: carried.map(({ hash, name, type }) => ({ hash, name, type })),
        }),
        ...result.left,
      }
    }),
  )
}

/** Stand for the links while a template is filled in: words that no alarm can know. */
const acknowledgeWord = `acknowledge${randomBytes(12).toString('hex')}`
const stopWord = `stop${randomBytes(12).toString('hex')}`

/** So long is a subject at most. */
const longestSubject = 200

/** A subject has one line: nothing in an alarm begins a header of its own. */
const oneLine = (text: string) =>
  text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
    .slice(0, longestSubject)
    .replace(/\p{Cs}$/u, '')

/** What templates can fill in. Documented in docs/alarms.md. */
async function contextOf({ rule, alarm, kind, again, setting, customer }: Told) {
  const { locale } = setting
  return {
    alarm: {
      ...alarm,
      severityName: await mailWords(locale, `alarm.severities.${alarm.severity}`, {}),
      statusName: await mailWords(locale, `alarm.statuses.${alarm.status}`, {}),
      started: await told(setting, alarm.startedAt),
      ended: alarm.endedAt === null ? null : await told(setting, alarm.endedAt),
      customer,
      url: `${env().appUrl}/alarms/${alarm.id}`,
    },
    event: kind,
    again,
    rule: { name: rule.name },
    tenant: { name: setting.tenant },
    links: { acknowledge: acknowledgeWord, stop: stopWord },
  }
}

const told = ({ locale, timeZone }: Setting, moment: string) =>
  mailMoment(locale, zonedMoment(new Date(moment), timeZone))

/** So many of its details are told, and no longer than this. */
const detailsTold = 40
const detailLength = 300

async function plainFacts({ alarm, kind, again, setting, customer }: Told): Promise<Content> {
  const { locale } = setting
  const t = (key: string, values: Record<string, string> = {}) => mailWords(locale, `alarm.${key}`, values)
  const severity = await t(`severities.${alarm.severity}`)
  const values = { severity, type: oneLine(alarm.type), originator: oneLine(alarm.originator) }
  const lines = [
    await t(`leads.${kind}`, values),
    '',
    await t('facts.type', values),
    await t('facts.originator', values),
    await t('facts.severity', values),
    ...(customer ? [await t('facts.customer', { customer })] : []),
    await t('facts.started', { at: await told(setting, alarm.startedAt) }),
    ...(alarm.endedAt && kind === 'cleared'
      ? [await t('facts.ended', { at: await told(setting, alarm.endedAt) })]
      : []),
    ...(again > 0 ? [await t('facts.again', { count: String(again) })] : []),
  ]
  const details = flat(alarm.details)
  if (details.length > 0) lines.push('', ...details)
  if (kind !== 'cleared') lines.push('', await t('acknowledge', { link: acknowledgeMark }))
  return { subject: oneLine(await t(`subjects.${kind}`, values)), text: `${lines.join('\n')}\n` }
}

/** Details as lines: `temperature.max: 91`. */
function flat(details: unknown): string[] {
  const lines: string[] = []
  const go = (value: unknown, path: string, level: number) => {
    if (lines.length > detailsTold) return
    if (typeof value === 'object' && value !== null && level < 4)
      for (const [key, inner] of Object.entries(value)) go(inner, path ? `${path}.${key}` : key, level + 1)
    else {
      const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
      lines.push(`${path}: ${text.replace(/(?![\t\n])\p{Cc}|[\ue000\ue001]/gu, ' ').slice(0, detailLength)}`)
    }
  }
  go(details, '', 0)
  return lines.length > detailsTold ? [...lines.slice(0, detailsTold), '…'] : lines
}

export type Collected = { alarm: AlarmFacts; kind: EventKind }

/** So many alarms of a digest are told one by one. */
const collectedTold = 100

/** One mail about all that a rule has collected, what happened first at the top. */
export async function writeDigest(
  rule: Pick<Rule, 'name'>,
  items: readonly Collected[],
  setting: Setting,
): Promise<Content> {
  const t = (key: string, values: Record<string, string> = {}) =>
    mailWords(setting.locale, `alarm.${key}`, values)
  const count = String(items.length)
  const first = items[0]
  const lines = await Promise.all(
    items.slice(0, collectedTold).map(async ({ alarm, kind }) =>
      t(`digest.lines.${kind === 'cleared' ? 'cleared' : 'raised'}`, {
        at: await told(setting, kind === 'cleared' && alarm.endedAt ? alarm.endedAt : alarm.startedAt),
        severity: await t(`severities.${alarm.severity}`),
        type: oneLine(alarm.type),
        originator: oneLine(alarm.originator),
      }),
    ),
  )
  const more = items.length - lines.length
  return {
    subject: oneLine(
      await t('digest.subject', {
        count,
        type: first ? oneLine(first.alarm.type) : '',
        rule: oneLine(rule.name),
      }),
    ),
    text: `${[
      await t('digest.lead', { count, rule: oneLine(rule.name) }),
      '',
      ...lines,
      ...(more > 0 ? [await t('digest.more', { count: String(more) })] : []),
      '',
      await t('acknowledgeAll', { link: acknowledgeMark }),
    ].join('\n')}\n`,
  }
}

/** The last mail of an hour: there are no more, of critical alarms or of the others. */
export async function writeLimit(
  perHour: number,
  until: Date,
  critical: boolean,
  setting: Setting,
): Promise<Content> {
  const t = (key: string, values: Record<string, string>) =>
    mailWords(setting.locale, `alarm.limit.${critical ? 'critical' : 'other'}.${key}`, values)
  const values = {
    count: String(perHour),
    until: await told(setting, until.toISOString()),
    link: `${env().appUrl}/alarms`,
  }
  return { subject: await t('subject', values), text: `${await t('text', values)}\n` }
}

/**
 * A content as one recipient gets it: with its links, and for whoever has no account with a way to stop such mails,
 * whatever the template says.
 */
export async function addressed(content: Content, { tenant, locale }: Setting, stoppable: boolean) {
  const linked = (words: string) =>
    words.replaceAll(acknowledgeWord, acknowledgeMark).replaceAll(stopWord, stoppable ? stopMark : '')
  const foot = stoppable
    ? await mailWords(locale, 'alarm.foot', { tenant: oneLine(tenant), link: stopMark })
    : ''
  const has = (words: string) => !foot || words.includes(stopMark)
  const text = linked(content.text)
  const html = content.html === undefined ? undefined : linked(content.html)
  return {
    subject: content.subject,
    text: has(text) ? text : `${text}\n-- \n${foot}\n`,
    ...(html !== undefined && { html: has(html) ? html : withFoot(html, foot) }),
    ...(content.images && { images: content.images }),
  }
}

function withFoot(html: string, foot: string): string {
  const words = foot
    .replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`)
    .replace(stopMark, `<a href="${stopMark}">${stopMark}</a>`)
  const line = `<p style="color:#555;font-size:12px">${words}</p>`
  const end = html.toLowerCase().lastIndexOf('</body>')
  return end < 0 ? html + line : html.slice(0, end) + line + html.slice(end)
}
