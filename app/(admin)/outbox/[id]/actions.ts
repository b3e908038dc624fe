'use server'

import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { cancelMail, confirmArrival, sendAgain } from '@/domain/mail-log/mail'

const MailChange = z.object({ mailId: z.guid(), what: z.enum(['again', 'arrived', 'cancel']) })

/** What an administrator does to a mail. */
export const changeMailAction = viewerAction(
  MailChange,
  async (viewer, { mailId, what }) => {
    await changes[what](viewer, mailId)
    return { message: (await getTranslations('outbox'))(doneWords[what]) }
  },
  { confirm: ({ what }) => what === 'cancel' },
)

const changes = { again: sendAgain, arrived: confirmArrival, cancel: cancelMail }
const doneWords = { again: 'sendAgain.done', arrived: 'undecided.done', cancel: 'cancel.done' } as const
