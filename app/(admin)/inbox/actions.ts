'use server'

import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { emptyInbox } from '@/domain/inbox/inbox'

export const emptyInboxAction = viewerAction(
  z.object({}),
  async viewer => {
    await emptyInbox(viewer)
    return { message: (await getTranslations('inbox'))('emptied') }
  },
  { confirm: () => true },
)
