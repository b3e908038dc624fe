import { z } from 'zod'
import { actionGroups } from '@/domain/audit/actions'
import { eventsBefore } from '@/domain/audit/audit-list'
import { operation } from '../operation'
import { at, id, moment, optionalId, page, pageOf, told } from '../schemas'

const Event = told(
  'AuditEvent',
  z.object({
    id,
    at: moment,
    action: z.string(),
    actorId: optionalId,
    actor: z.string().nullable(),
    subjectType: z.string().nullable(),
    subjectId: optionalId,
    subject: z.string().nullable(),
    tenantId: optionalId,
    before: z.unknown(),
    after: z.unknown(),
    address: z.string().nullable(),
    device: z.string().nullable(),
    count: z.number().int().describe('How often it happened in the hour that `at` is the last moment of'),
  }),
)

export const audit = [
  operation({
    id: 'listEvents',
    method: 'GET',
    path: '/audit-events',
    tag: 'Audit',
    summary: 'What was done, newest first',
    scope: 'audit:read',
    query: z.strictObject({
      ...page,
      group: z.enum(actionGroups).optional(),
      search: z
        .string()
        .max(400)
        .optional()
        .describe('How an actor or a subject begins, or the id of a subject'),
      from: z.iso.datetime({ offset: true }).optional(),
      until: z.iso.datetime({ offset: true }).optional(),
    }),
    answer: pageOf('AuditPage', Event),
    async run({ viewer, query: { limit, after, from, until, ...filter } }) {
      const moments = { from: from ? new Date(from) : undefined, until: until ? new Date(until) : undefined }
      const found = await eventsBefore(viewer, { ...filter, ...moments }, { before: after, most: limit })
      return {
        body: {
          items: found.events.map(event => ({
            id: event.id,
            at: at(event.at),
            action: event.action,
            actorId: event.actorId,
            actor: event.actor,
            subjectType: event.subjectType,
            subjectId: event.subjectId,
            subject: event.subject,
            tenantId: event.tenantId,
            before: event.before,
            after: event.after,
            address: event.address,
            device: event.device,
            count: event.count,
          })),
          next: found.next,
        },
      }
    },
  }),
]
