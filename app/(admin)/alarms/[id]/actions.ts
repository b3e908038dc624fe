'use server'

import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { acknowledgeAlarm } from '@/domain/alarms/alarms'

export const acknowledgeAction = viewerAction(z.object({ id: z.guid() }), async (viewer, { id }) => {
  await acknowledgeAlarm(viewer, id)
  return { message: (await getTranslations('alarms'))('acknowledgedNow') }
})
