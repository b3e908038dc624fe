'use server'

import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { cancelMail, sendAgain } from '@/domain/mail-log/mail'

const MailChange = z.object({ mailId: z.guid(), what: z.enum(['again', 'cancel']) })

/** What an administrator does to a mail. */
export const changeMailAction = viewerAction(MailChange, async (viewer, { mailId, what }) => {
  await (what === 'again' ? sendAgain(viewer, mailId) : cancelMail(viewer, mailId))
  const t = await getTranslations('outbox')
  return { message: t(what === 'again' ? 'sendAgain.done' : 'cancel.done') }
})
