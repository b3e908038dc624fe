// All that grows by itself, and what makes room. Each folder of the domain deletes its own rows.
import { deleteUnconfirmedFactors } from '@/domain/accounts/factor-change'
import { deleteStaleChallenges } from '@/domain/accounts/passkey'
import { deleteStalePending } from '@/domain/accounts/pending-sign-in'
import { deleteEndedSessions } from '@/domain/accounts/session'
import { tellSlowed } from '@/domain/accounts/sign-in-news'
import { deleteOldImports } from '@/domain/accounts/user-import'
import { deleteOldUserRuns } from '@/domain/accounts/user-run'
import { deleteOldAlarms } from '@/domain/alarms/alarm-retention'
import { deleteOldRequests } from '@/domain/api-keys/idempotency'
import { deleteOldEvents } from '@/domain/audit/audit-retention'
import { deleteOldInboxMails } from '@/domain/inbox/inbox'
import { deleteDeadLinks } from '@/domain/links/link-retention'
import { deleteOldVersions } from '@/domain/mail-server/version-retention'
import type { Cleaner } from '@/domain/outbox/clean-up-hourly'
import { deleteOldMails, mailRetentionDays } from '@/domain/outbox/retention'
import { testsUnderWay } from '@/domain/outbox/test-mail'
import { deleteOldDeliveries } from '@/domain/webhooks/deliveries'
import { deleteInBatches } from '@/lib/batches'
import { deleteOverLimits } from '@/lib/rate-limit'

/** In the order in which they go, once an hour. */
export const cleaners: Record<string, Cleaner> = {
  limits: goOn => deleteInBatches(goOn, deleteOverLimits),
  mails: deleteOldMails,
  // A mail tells what became of its link.
  links: async goOn => deleteDeadLinks(await mailRetentionDays(), goOn),
  alarms: async goOn => deleteOldAlarms(await mailRetentionDays(), goOn),
  sessions: deleteEndedSessions,
  pendingSignIns: deleteStalePending,
  challenges: deleteStaleChallenges,
  factors: deleteUnconfirmedFactors,
  userRuns: deleteOldUserRuns,
  userImports: deleteOldImports,
  apiRequests: goOn => deleteInBatches(goOn, deleteOldRequests),
  webhookDeliveries: goOn => deleteInBatches(goOn, deleteOldDeliveries),
  versions: async goOn => deleteOldVersions(await testsUnderWay(), goOn),
  events: deleteOldEvents,
  // Makes no room: once an hour is soon enough, and what strangers do is not slowed by it.
  slowedSignIns: tellSlowed,
  inbox: deleteOldInboxMails,
}
