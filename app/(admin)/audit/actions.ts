'use server'

import { getTranslations } from 'next-intl/server'
import { viewerAction } from '@/app/viewer-action'
import { setAuditRetention } from '@/domain/audit/audit-retention'
import { Retention } from '../retention'

/** Says for how many days events are kept. */
export const auditRetentionAction = viewerAction(Retention, async (viewer, { days }) => {
  await setAuditRetention(viewer, days)
  return { message: (await getTranslations('audit.retention'))('done', { days }) }
})
