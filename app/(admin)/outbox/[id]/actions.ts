'use server'

import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { sendAgain } from '@/domain/outbox/outbox'

export const sendAgainAction = viewerAction(z.object({ mailId: z.guid() }), async (viewer, { mailId }) => {
  await sendAgain(viewer, mailId)
  return { message: (await getTranslations('outbox.sendAgain'))('done') }
})
