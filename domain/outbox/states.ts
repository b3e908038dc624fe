// The states of a mail in SQL, written so that PostgreSQL knows the partial indexes of the queue in them.
import { Prisma } from '@/generated/prisma/client'
import type { MailState } from '@/generated/prisma/enums'

/** States in which a mail is still to be sent. */
export const waiting: MailState[] = ['queued', 'deferred', 'uncertain']

/** The same as a condition on a column `state`. */
export const isWaiting = Prisma.sql`state IN ('queued', 'deferred', 'uncertain')`
