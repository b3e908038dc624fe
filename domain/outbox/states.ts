// The states of a mail in SQL, written so that PostgreSQL knows the partial indexes of the queue in them.
import { type OutboundMail, Prisma } from '@/generated/prisma/client'
import type { MailState } from '@/generated/prisma/enums'

/** States in which a mail is still to be sent. */
export const waiting: MailState[] = ['queued', 'deferred', 'uncertain']

/**
 * Whether a mail waits until a person says what becomes of it: nobody knows whether it arrived, and no further
 * copy goes out before it expires.
 */
export const isUndecided = (mail: Pick<OutboundMail, 'state' | 'dueAt' | 'expiresAt'>): boolean =>
  mail.state === 'uncertain' && mail.dueAt >= mail.expiresAt

/** The same in SQL. */
export const undecided = Prisma.sql`state = 'uncertain' AND "dueAt" >= "expiresAt"`

/** States in which a mail is still to be sent, as a condition on a column `state`. */
export const isWaiting = Prisma.sql`state IN ('queued', 'deferred', 'uncertain')`
