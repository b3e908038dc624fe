'use server'

import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { hideFirstSteps } from '@/domain/accounts/first-steps'

export const hideFirstStepsAction = viewerAction(z.object({}), async viewer => {
  await hideFirstSteps(viewer)
})
