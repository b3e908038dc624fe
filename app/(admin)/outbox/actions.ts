'use server'

import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { pauseOutbox, resumeOutbox } from '@/domain/outbox/pause'

/** Stops all sending, or lets it go on. */
export const pauseAction = viewerAction(
  z.object({ what: z.enum(['pause', 'resume']) }),
  async (viewer, { what }) => {
    await (what === 'pause' ? pauseOutbox(viewer) : resumeOutbox(viewer))
    return { message: (await getTranslations('outbox.pause.done'))(what) }
  },
)
