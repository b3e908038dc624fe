import { z } from 'zod'
import { cancelMail, confirmArrival, readMail, sendAgain } from '@/domain/mail-log/mail'
import { countMails } from '@/domain/mail-log/mail-count'
import { mailKinds, queryOf } from '@/domain/mail-log/mail-filter'
import { mailsBefore } from '@/domain/mail-log/mail-list'
import type { Viewer } from '@/domain/viewer'
import type { OutboundMail } from '@/generated/prisma/client'
import { MailState } from '@/generated/prisma/enums'
import { operation } from '../operation'
import { at, atOrNull, id, moment, optionalId, page, pageOf, told } from '../schemas'

const Listed = z.object({
  id,
  recipient: z.string(),
  kind: z.string(),
  state: z.enum(MailState),
  kept: z.boolean().describe('It went to the built-in inbox, which delivers to nobody'),
  cause: z.string().nullable().describe('Why it is not sent (yet): a cause of the diagnosis'),
  createdAt: moment,
  dueAt: moment,
  expiresAt: moment,
})
const ListedMail = told('ListedMail', Listed)

const Attempt = z.object({
  number: z.number().int(),
  startedAt: moment,
  endedAt: moment.nullable(),
  server: z.string().nullable(),
  phase: z.string().describe('How far the SMTP dialogue got'),
  outcome: z.string(),
  cause: z.string().nullable(),
  replyCode: z.number().int().nullable(),
  enhancedCode: z.string().nullable(),
  replyText: z.string().nullable(),
  queueId: z.string().nullable().describe('What the server calls the mail'),
})

const Mail = told(
  'Mail',
  Listed.extend({
    messageId: z.string(),
    userId: optionalId,
    tenantId: optionalId,
    requestedBy: z.string().nullable(),
    sentAt: moment.nullable(),
    attempts: z.array(Attempt).describe('The last twenty, oldest first'),
  }),
)

const listed = (
  mail: Pick<
    OutboundMail,
    'id' | 'recipient' | 'kind' | 'state' | 'kept' | 'cause' | 'createdAt' | 'dueAt' | 'expiresAt'
  >,
): z.output<typeof Listed> => ({
  id: mail.id,
  recipient: mail.recipient,
  kind: mail.kind,
  state: mail.state,
  kept: mail.kept,
  cause: mail.cause,
  createdAt: at(mail.createdAt),
  dueAt: at(mail.dueAt),
  expiresAt: at(mail.expiresAt),
})

async function read(viewer: Viewer, mailId: string): Promise<z.output<typeof Mail>> {
  const mail = await readMail(viewer, mailId)
  return {
    ...listed(mail),
    messageId: mail.messageId,
    userId: mail.userId,
    tenantId: mail.tenantId,
    requestedBy: mail.requestedBy,
    sentAt: atOrNull(mail.sentAt),
    attempts: mail.deliveryAttempts.map(attempt => ({
      number: attempt.number,
      startedAt: at(attempt.startedAt),
      endedAt: atOrNull(attempt.endedAt),
      server: attempt.serverName,
      phase: attempt.phase,
      outcome: attempt.outcome,
      cause: attempt.cause,
      replyCode: attempt.replyCode,
      enhancedCode: attempt.enhancedCode,
      replyText: attempt.replyText,
      queueId: attempt.queueId,
    })),
  }
}

const Count = z.object({
  number: z.number().int(),
  more: z.boolean().describe('There are more than that: nothing is counted without an end'),
})

const tag = 'Mails'
const filters = {
  recipient: z.string().max(320).optional().describe('A whole address, or a part of one'),
  kind: z.enum(mailKinds).optional(),
}

export const mails = [
  operation({
    id: 'listMails',
    method: 'GET',
    path: '/mails',
    tag,
    summary: 'The mails that you may see, newest first',
    scope: 'mails:read',
    query: z.strictObject({ ...page, ...filters, state: z.enum(MailState).optional() }),
    answer: pageOf('MailPage', ListedMail),
    async run({ viewer, query: { limit, after, recipient, ...filter } }) {
      const found = await mailsBefore(
        viewer,
        { ...filter, search: recipient },
        { before: after, most: limit },
      )
      return { body: { items: found.mails.map(listed), next: found.next } }
    },
  }),
  operation({
    id: 'countMails',
    method: 'GET',
    path: '/mail-counts',
    tag,
    summary: 'How many mails are in each state',
    scope: 'mails:read',
    query: z.strictObject(filters),
    answer: told(
      'MailCounts',
      z.object(
        Object.fromEntries([...Object.values(MailState), 'all'].map(state => [state, Count])) as Record<
          MailState | 'all',
          typeof Count
        >,
      ),
    ),
    async run({ viewer, query: { recipient, ...filter } }) {
      return { body: await countMails(await queryOf(viewer, { ...filter, search: recipient })) }
    },
  }),
  operation({
    id: 'readMail',
    method: 'GET',
    path: '/mails/{id}',
    tag,
    summary: 'One mail, with its attempts',
    scope: 'mails:read',
    read,
    answer: Mail,
    async run({ viewer, params: { id: mailId = '' } }) {
      return { body: await read(viewer, mailId) }
    },
  }),
  ...(
    [
      [
        'resend',
        sendAgain,
        'Send a mail again: the same message with the same link',
        ['mail-under-way', 'link-dead', 'test-mail-once'],
      ],
      ['cancel', cancelMail, 'Withdraw a mail that waits', ['mail-under-way', 'mail-ended']],
      [
        'confirm-arrival',
        confirmArrival,
        'Say of an uncertain mail that it did arrive',
        ['mail-not-uncertain'],
      ],
    ] as const
  ).map(([deed, act, summary, refusals]) =>
    operation({
      id: `${deed.replace(/-(\w)/g, (_, sign: string) => sign.toUpperCase())}Mail`,
      method: 'POST',
      path: `/mails/{id}/${deed}`,
      tag,
      summary,
      scope: 'mails:write',
      read,
      refusals,
      answer: Mail,
      async run({ viewer, params: { id: mailId = '' } }) {
        await act(viewer, mailId)
        return { body: await read(viewer, mailId) }
      },
    }),
  ),
]
