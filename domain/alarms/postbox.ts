// Puts the mails of alarms into the outbox: one for each recipient who wants them and has not had too many.
import { v7 as uuid } from 'uuid'
import { type MailOrder, queueMails } from '@/domain/outbox/outbound-mail'
import type { WrittenKind } from '@/domain/outbox/written-mail'
import type { AlarmRecipient } from '@/generated/prisma/client'
import { inMinutes, now } from '@/lib/clock'
import type { Tx } from '@/lib/db'
import { addressKey } from '@/lib/email-address'
import { env } from '@/lib/env'
import { hashToken, keyring } from '@/lib/keyring'
import { addressed, type Content, type Setting, writeLimit } from './contents'
import type { Outcome } from './outcome'
import { quietUntil } from './quiet-hours'
import type { Recipient } from './recipients'
import type { Rule } from './rules'

/** After this, news of an alarm are old. */
const minutesWorthwhile = 24 * 60

export type ForMail = {
  rule: Rule
  content: Content
  recipients: readonly Recipient[]
  alarmIds: string[]
  kind: WrittenKind
  /** Whether it disturbs in quiet hours, and is counted apart */
  critical: boolean
  setting: Setting
}

/** Where the mails of an hour are counted: those of critical alarms apart, so that no flood of others silences them. */
const hourOf = {
  critical: { hourAt: 'criticalHourAt', count: 'criticalCount', toldAt: 'criticalToldAt' },
  other: { hourAt: 'hourAt', count: 'hourCount', toldAt: 'toldAt' },
} as const

/** All mails of one transaction. */
export class Postbox {
  private readonly orders: MailOrder[] = []
  private readonly alarmMails: { mailId: string; alarmId: string; ruleId: string }[] = []
  private readonly links: { mailId: string; tokenHash: string; recipient: string }[] = []
  private readonly known = new Map<string, AlarmRecipient>()
  private readonly stopLinks = new Map<string, string>()

  constructor(
    private readonly tx: Tx,
    private readonly tenantId: string,
  ) {}

  /** @returns what became of it, and the mails of those who get one */
  async send(mail: ForMail): Promise<Pick<Outcome, 'result' | 'mailIds'>> {
    const { rule, recipients, setting } = mail
    const rows = await this.recipientsOf(recipients)
    const hour = new Date(Math.floor(now().getTime() / 3_600_000) * 3_600_000)
    const wanting = recipients.filter(
      one => !rows.get(addressKey(one.address))?.stoppedAt || one.userId !== null,
    )
    const getting: Recipient[] = []
    for (const one of wanting) {
      const row = rows.get(addressKey(one.address))
      if (!row) continue
      const { perHour } = rule.settings
      const { hourAt, count, toldAt } = hourOf[mail.critical ? 'critical' : 'other']
      const had = row[hourAt]?.getTime() === hour.getTime() ? row[count] : 0
      if (perHour > 0 && had >= perHour) {
        if (row[toldAt]?.getTime() !== hour.getTime()) {
          row[toldAt] = hour
          const until = new Date(hour.getTime() + 3_600_000)
          const content = await writeLimit(perHour, until, mail.critical, setting)
          await this.order({ ...mail, content, alarmIds: [], critical: true }, one, [one])
        }
        continue
      }
      Object.assign(row, { [hourAt]: hour, [count]: had + 1, mailedAt: now() })
      getting.push(one)
    }
    if (wanting.length === 0) return { result: 'stopped' }
    if (getting.length === 0) return { result: 'limited' }
    const mailIds: string[] = []
    for (const one of getting) mailIds.push(await this.order(mail, one, getting))
    return { result: 'mailed', mailIds }
  }

  private async order(mail: ForMail, one: Recipient, all: readonly Recipient[]): Promise<string> {
    const { rule, content, alarmIds, kind, critical, setting } = mail
    const id = uuid()
    const { newestId: keyId } = keyring()
    const row = this.known.get(addressKey(one.address))
    const stoppable = one.userId === null && row !== undefined
    if (row && stoppable) this.stopLinks.set(hashToken(keyring().linkToken(keyId, row.id)), row.id)
    this.links.push({
      mailId: id,
      tokenHash: hashToken(keyring().linkToken(keyId, id)),
      recipient: one.address,
    })
    for (const alarmId of alarmIds) this.alarmMails.push({ mailId: id, alarmId, ruleId: rule.id })
    const to = all.filter(({ how }) => how === 'to').map(({ address }) => address)
    const cc = all.filter(({ how }) => how === 'cc').map(({ address }) => address)
    const zone = one.timeZone ?? setting.timeZone
    const quiet = critical ? null : quietUntil(now(), rule.settings, zone)
    const afterSeconds = quiet ? Math.ceil((quiet.getTime() - now().getTime()) / 1_000) : 0
    const { hostname } = new URL(env().appUrl)
    this.orders.push({
      id,
      kind,
      recipient: one.address,
      locale: setting.locale,
      expiresAt: inMinutes(minutesWorthwhile + afterSeconds / 60),
      organisation: setting.tenant,
      userId: one.userId ?? undefined,
      tenantId: this.tenantId,
      afterSeconds,
      parameters: {
        ...(await addressed(content, setting, stoppable)),
        // Whoever gets a blind copy alone is shown as the recipient of it.
        to: to.length > 0 ? to : [one.address],
        cc,
        ...(rule.settings.replyTo && { replyTo: rule.settings.replyTo }),
        ...(alarmIds.length === 1 && { thread: `<alarm-${alarmIds[0]}@${hostname}>` }),
        link: { keyId, path: 'alarm' },
        acknowledgeId: id,
        stopId: stoppable ? row.id : null,
        alarmIds: alarmIds.slice(0, alarmsNamed),
        ...(rule.settings.mailServer === 'system' && { mailServer: 'system' as const }),
      },
      requestedBy: { id: null, email: rule.name, address: null },
    })
    return id
  }

  /** By the key of their address: each is made where it is not there yet, and held until the transaction ends. */
  private async recipientsOf(recipients: readonly Recipient[]): Promise<Map<string, AlarmRecipient>> {
    const missing = recipients.filter(({ address }) => !this.known.has(addressKey(address)))
    if (missing.length > 0) {
      const rows = missing.map(({ address }) => ({ id: uuid(), address, addressKey: addressKey(address) }))
      rows.sort((one, other) => (one.addressKey < other.addressKey ? -1 : 1))
      const found = await this.tx.$queryRaw<AlarmRecipient[]>`
        INSERT INTO "AlarmRecipient" AS known (id, "tenantId", address, "addressKey")
        SELECT r.id, ${this.tenantId}::uuid, r.address, r."addressKey"
        FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r(id uuid, address text, "addressKey" text)
        ON CONFLICT ("tenantId", "addressKey") DO UPDATE SET address = excluded.address
        RETURNING *`
      for (const row of found) this.known.set(row.addressKey, row)
    }
    return this.known
  }

  /** Writes all of it. */
  async write(): Promise<void> {
    if (this.orders.length === 0 && this.known.size === 0) return
    await queueMails(this.tx, this.orders)
    if (this.alarmMails.length > 0) await this.tx.alarmMail.createMany({ data: this.alarmMails })
    if (this.links.length > 0)
      await this.tx.alarmLink.createMany({
        data: this.links.map(link => ({ ...link, tenantId: this.tenantId, createdAt: now() })),
      })
    const stops = [...this.stopLinks].map(([tokenHash, recipientId]) => ({ tokenHash, recipientId }))
    if (stops.length > 0) await this.tx.alarmStopLink.createMany({ data: stops, skipDuplicates: true })
    await this.tx.$executeRaw`
      UPDATE "AlarmRecipient" recipient SET "hourAt" = r."hourAt", "hourCount" = r."hourCount",
        "toldAt" = r."toldAt", "criticalHourAt" = r."criticalHourAt", "criticalCount" = r."criticalCount",
        "criticalToldAt" = r."criticalToldAt", "mailedAt" = r."mailedAt"
      FROM json_to_recordset(${JSON.stringify([...this.known.values()])}::json)
        AS r(id uuid, "hourAt" timestamptz, "hourCount" int, "toldAt" timestamptz, "criticalHourAt" timestamptz,
          "criticalCount" int, "criticalToldAt" timestamptz, "mailedAt" timestamptz)
      WHERE recipient.id = r.id`
  }
}

/** A mail names no more alarms than these itself; all are known in AlarmMail. */
const alarmsNamed = 100
