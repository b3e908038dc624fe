import { getTranslations } from 'next-intl/server'
import type { Tone } from '@/components/tone'
import { waitOf } from '@/domain/mail-log/wait'
import { isUndecided } from '@/domain/outbox/states'
import type { Viewer } from '@/domain/viewer'
import type { OutboundMail } from '@/generated/prisma/client'
import { causeInWords } from './outbox/cause'

export type MailNews = {
  tone: Tone
  /** "The activation mail to anna@example.org …" */
  text: string
  /** It is on its way or has been sent: nobody needs to do anything. */
  well: boolean
}

/** What has become of a mail by now, in one sentence: never more than is true. */
export async function mailNews(viewer: Viewer, mail: OutboundMail): Promise<MailNews> {
  const t = await getTranslations('outbox.news')
  const named = t.has(`named.${mail.kind}`) ? `named.${mail.kind}` : 'named.other'
  const cause = (await causeInWords(mail.cause)) ?? 'none'
  const say = (what: string, values: Record<string, string> = {}) =>
    t(what, { mail: t(named, { email: mail.recipient }), cause, ...values })
  switch (mail.state) {
    case 'queued': {
      const { what } = await waitOf(viewer, mail)
      if (t.has(`holds.${what}`))
        return { tone: 'warning', text: say('waits', { why: t(`holds.${what}`) }), well: false }
      return { tone: 'success', text: say('queued'), well: true }
    }
    case 'sending':
      return { tone: 'success', text: say('queued'), well: true }
    case 'sent':
      return mail.kept
        ? { tone: 'warning', text: say('kept'), well: true }
        : { tone: 'success', text: say('sent'), well: true }
    case 'uncertain':
      return { tone: 'warning', text: say(isUndecided(mail) ? 'undecided' : 'uncertain'), well: false }
    case 'deferred':
      return { tone: 'warning', text: say('deferred'), well: false }
    case 'failed':
      return { tone: 'danger', text: say('failed'), well: false }
    case 'cancelled':
      return { tone: 'warning', text: say('cancelled'), well: false }
  }
}
