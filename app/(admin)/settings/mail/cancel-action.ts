'use server'

import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { cancelTest } from '@/domain/outbox/test-cancel'

/** Ends a test that somebody no longer waits for. */
export const cancelTestAction = viewerAction(z.object({ testId: z.guid() }), async (viewer, { testId }) => {
  if (await cancelTest(viewer, testId)) return
  return { message: (await getTranslations('mailSettings.test'))('tooLate') }
})
