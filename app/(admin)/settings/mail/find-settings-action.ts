'use server'

import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { type Found, findSettings } from '@/domain/mail-server/find-settings'

const FindRequest = z.object({ email: z.string().default('') })

/** Looks for mail servers; reads only. */
export const findSettingsAction = viewerAction<typeof FindRequest, Found>(
  FindRequest,
  async (viewer, { email }) => ({ data: await findSettings(viewer, email) }),
)
