'use server'

import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { cancelMail, confirmArrival, findMail, sendAgain } from '@/domain/mail-log/mail'
import { mailNews } from '../../mail-news'

const MailChange = z.object({
  mailId: z.guid(),
  what: z.enum(['again', 'arrived', 'cancel']),
  /** The page itself says what becomes of the mail, and goes on saying. */
  followed: z.literal('yes').optional(),
})

/** What an administrator does to a mail. */
export const changeMailAction = viewerAction<typeof MailChange, { again: true }>(
  MailChange,
  async (viewer, { mailId, what, followed }) => {
    await changes[what](viewer, mailId)
    if (what !== 'again') return { message: (await getTranslations('outbox'))(doneWords[what]) }
    if (followed) return { data: { again: true } }
    return { message: (await mailNews(viewer, await findMail(viewer, mailId))).text }
  },
  { confirm: ({ what }) => what === 'cancel' },
)

const changes = { again: sendAgain, arrived: confirmArrival, cancel: cancelMail }
const doneWords = { arrived: 'undecided.done', cancel: 'cancel.done' } as const
