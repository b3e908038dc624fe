'use server'

import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { mailKinds } from '@/domain/mail-log/mail-filter'
import { startRetryRun } from '@/domain/mail-log/retry-run'
import { pauseOutbox, resumeOutbox } from '@/domain/outbox/pause'
import { setRetention } from '@/domain/outbox/retention'
import { Retention } from '../retention'

/** Stops all sending, or lets it go on. */
export const pauseAction = viewerAction(
  z.object({ what: z.enum(['pause', 'resume']) }),
  async (viewer, { what }) => {
    await (what === 'pause' ? pauseOutbox(viewer) : resumeOutbox(viewer))
    return { message: (await getTranslations('outbox.pause.done'))(what) }
  },
  { confirm: ({ what }) => what === 'pause' },
)

/** Says for how many days mails that have ended are kept. */
export const retentionAction = viewerAction(Retention, async (viewer, { days }) => {
  await setRetention(viewer, days)
  return { message: (await getTranslations('outbox.retention'))('done', { days }) }
})

const Retry = z.object({
  kind: z.enum(mailKinds).or(z.literal('')),
  search: z.string().max(200),
  what: z.enum(['failed', 'kept']).optional(),
})

/** Begins to send all failed mails of a filter again, or all that were kept; how far that is, the page shows. */
export const retryAction = viewerAction(
  Retry,
  async (viewer, { kind, search, what }) => {
    await startRetryRun(viewer, { kind: kind || undefined, search: search || undefined }, what)
  },
  { confirm: ({ what }) => what !== 'kept' },
)
