// What the links in alarm mails do: acknowledge what the mail tells of, and stop such mails. Looking changes nothing.
import { record } from '@/domain/audit/audit'
import { hashOfShown } from '@/domain/links/link-token'
import { type Actor, type Viewer, visibleTenant } from '@/domain/viewer'
import { now } from '@/lib/clock'
import { db, rowId, transaction } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { acknowledge } from './alarms'

/** So many alarms of a mail are named on the page. */
const named = 20

/** The alarms that a mail tells of; null for a link that is unknown or too old. */
export async function readMailedAlarms(token: string) {
  const link = await db().alarmLink.findUnique({ where: { tokenHash: hashOfShown(token) } })
  if (!link) return null
  const where = { mails: { some: { mailId: link.mailId } } }
  const [alarms, open, tenant] = await Promise.all([
    db().alarm.findMany({
      where,
      orderBy: { id: 'asc' },
      take: named,
      select: { id: true, type: true, originator: true, severity: true, status: true, acknowledgedBy: true },
    }),
    db().alarm.count({ where: { ...where, status: 'active' } }),
    db().tenant.findUnique({ where: { id: link.tenantId }, select: { name: true } }),
  ])
  return { alarms, open, tenant: tenant?.name ?? '', recipient: link.recipient }
}

/** Acknowledges all that the mail tells of and is active. @throws Refusal link-unknown */
export const acknowledgeMailed = (
  token: string,
  origin: Pick<Actor, 'address' | 'device'>,
): Promise<number> =>
  transaction(async tx => {
    const link = await tx.alarmLink.findUnique({ where: { tokenHash: hashOfShown(token) } })
    if (!link) throw new Refusal('link-unknown')
    const mails = await tx.alarmMail.findMany({ where: { mailId: link.mailId }, select: { alarmId: true } })
    const actor = { id: null, email: link.recipient, ...origin }
    return (
      await acknowledge(
        tx,
        actor,
        mails.map(({ alarmId }) => alarmId),
      )
    ).length
  })

/** Whose mails a link stops; null for a link that is unknown. */
export async function readStop(token: string) {
  const link = await db().alarmStopLink.findUnique({
    where: { tokenHash: hashOfShown(token) },
    include: { recipient: { include: { tenant: { select: { name: true } } } } },
  })
  if (!link) return null
  const { address, stoppedAt, tenant } = link.recipient
  return { address, stopped: stoppedAt !== null, tenant: tenant.name }
}

/** Stops all alarm mails of the tenant to its address, of whatever rule. A second time changes nothing. @throws Refusal link-unknown */
export const stopMails = (token: string, origin: Pick<Actor, 'address' | 'device'>): Promise<void> =>
  transaction(async tx => {
    const link = await tx.alarmStopLink.findUnique({ where: { tokenHash: hashOfShown(token) } })
    if (!link) throw new Refusal('link-unknown')
    const [stopped] = await tx.alarmRecipient.updateManyAndReturn({
      where: { id: link.recipientId, stoppedAt: null },
      data: { stoppedAt: now() },
    })
    if (stopped)
      await record(tx, { id: null, email: stopped.address, ...origin }, 'alarm-mails.stopped', {
        type: 'alarm-recipient',
        id: stopped.id,
        label: stopped.address,
        tenantId: stopped.tenantId,
      })
  })

/** Who wants no alarm mails of the viewer's tenant, the last to say so first. @throws Refusal not-allowed */
export const listStopped = async (viewer: Viewer) =>
  db().alarmRecipient.findMany({
    where: { ...visibleTenant(viewer), stoppedAt: { not: null } },
    orderBy: { stoppedAt: 'desc' },
    take: 200,
    select: { id: true, address: true, stoppedAt: true },
  })

/** Lets mails go to somebody again who has asked for that. @throws Refusal not-allowed, alarm-recipient-not-found */
export const allowMails = (viewer: Viewer, id: string): Promise<void> =>
  transaction(async tx => {
    const [allowed] = await tx.alarmRecipient.updateManyAndReturn({
      where: { id: rowId(id), ...visibleTenant(viewer), stoppedAt: { not: null } },
      data: { stoppedAt: null },
    })
    if (!allowed) throw new Refusal('alarm-recipient-not-found')
    await record(tx, viewer, 'alarm-mails.allowed', {
      type: 'alarm-recipient',
      id: allowed.id,
      label: allowed.address,
      tenantId: allowed.tenantId,
    })
  })
