'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { finishConnection } from '@/domain/mail-server/account-connection'

const Answer = z.object({ code: z.string().max(4096), state: z.string().max(4096) })

/** Keeps the refresh token with the settings, and leads back to them. */
export const finishConnectionAction = viewerAction(Answer, async (viewer, answer) => {
  const { mailServerId, versionId } = await finishConnection(viewer, answer)
  redirect(`/settings/mail/${mailServerId}?version=${versionId}&notice=connected`)
})
