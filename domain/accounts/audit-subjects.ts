// Which subjects of the audit can still be looked at.
import { type Viewer, visibleTenant } from '@/domain/viewer'
import type { AuditEvent } from '@/generated/prisma/client'
import { db, rowId } from '@/lib/db'

export type SubjectPage = {
  of: 'user' | 'mail' | 'mail-server' | 'tenant' | 'alarm' | 'alarm-rule'
  id: string
}

/**
 * Where the subjects of some events are shown, by their ids: of those that are there and that the viewer may see.
 * @throws Refusal not-allowed
 */
export async function subjectPages(
  viewer: Viewer,
  events: Pick<AuditEvent, 'subjectType' | 'subjectId'>[],
): Promise<Map<string, SubjectPage>> {
  const own = visibleTenant(viewer)
  const system = viewer.role === 'system_administrator'
  const among = (type: string) => {
    const ids = events.flatMap(({ subjectType, subjectId }) =>
      subjectType === type && subjectId ? rowId(subjectId) : [],
    )
    return { in: [...new Set(ids)] }
  }
  const only = { id: true }
  const [users, mails, servers, versions, tenants, alarms, rules] = await Promise.all([
    db().user.findMany({ where: { id: among('user'), ...own }, select: only }),
    db().outboundMail.findMany({ where: { id: among('outbound-mail'), ...own }, select: only }),
    system ? db().mailServer.findMany({ where: { id: among('mail-server') }, select: only }) : [],
    // What is tested is a version.
    system
      ? db().mailServerVersion.findMany({
          where: { id: among('mail-server') },
          select: { id: true, mailServerId: true },
        })
      : [],
    system ? db().tenant.findMany({ where: { id: among('tenant') }, select: only }) : [],
    db().alarm.findMany({ where: { id: among('alarm'), ...own }, select: only }),
    db().alarmRule.findMany({ where: { id: among('alarm-rule'), ...own }, select: only }),
  ])
  const pages = (of: SubjectPage['of'], rows: { id: string; mailServerId?: string }[]) =>
    rows.map(({ id, mailServerId }) => [id, { of, id: mailServerId ?? id }] as const)
  return new Map([
    ...pages('user', users),
    ...pages('mail', mails),
    ...pages('mail-server', [...servers, ...versions]),
    ...pages('tenant', tenants),
    ...pages('alarm', alarms),
    ...pages('alarm-rule', rules),
  ])
}
