'use server'

import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { emptyInbox, markRead } from '@/domain/inbox/inbox'

export const emptyInboxAction = viewerAction(
  z.object({}),
  async viewer => {
    await emptyInbox(viewer)
    return { message: (await getTranslations('inbox'))('emptied') }
  },
  { confirm: () => true },
)

/** A mail was shown to somebody; the page itself changes nothing. */
export const markReadAction = viewerAction(z.object({ id: z.guid() }), (viewer, { id }) =>
  markRead(viewer, id).then(() => undefined),
)
