import { getLocale, getTranslations } from 'next-intl/server'
import { RelativeTime } from '@/components/relative-time'
import { Section } from '@/components/section'
import { Table, Td, Th, Tr } from '@/components/table'
import { TextLink } from '@/components/text-link'
import { waitOf } from '@/domain/mail-log/wait'
import { waiting } from '@/domain/outbox/states'
import type { Viewer } from '@/domain/viewer'
import type { OutboundMail } from '@/generated/prisma/client'
import { causeInWords } from '../../outbox/cause'
import { MailBadge } from '../../outbox/mail-badge'
import { outboxAddress } from '../../outbox/outbox-address'
import { waitInWords } from '../../outbox/wait-words'

type Props = {
  viewer: Viewer
  email: string
  mails: OutboundMail[]
}

/** The last mails to a user, and what each waits for or how it ended. */
export async function UserMails({ viewer, email, mails }: Props) {
  const t = await getTranslations('outbox')
  const title = (await getTranslations('users'))('mails')
  const none = (await getTranslations('users'))('noMails')
  const toAll = (await getTranslations('users'))('toAllMails')
  const locale = await getLocale()
  const now = new Date()
  if (mails.length === 0)
    return (
      <Section title={title}>
        <p className="text-muted text-sm">{none}</p>
      </Section>
    )
  return (
    <section aria-labelledby="mails" className="space-y-3">
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <h2 id="mails" className="font-medium text-base">
          {title}
        </h2>
        <TextLink href={outboxAddress({ search: email })} className="text-sm">
          {toAll}
        </TextLink>
      </div>
      <Table
        label={title}
        head={
          <>
            <Th>{t('kind')}</Th>
            <Th>{t('state')}</Th>
            <Th>{t('cause')}</Th>
            <Th>{t('created')}</Th>
          </>
        }
      >
        {mails.map(async mail => (
          <Tr key={mail.id}>
            <Td>
              <TextLink href={`/outbox/${mail.id}`}>{t(`kinds.${mail.kind}`)}</TextLink>
            </Td>
            <Td label={t('state')}>
              <MailBadge mail={mail} />
            </Td>
            <Td label={t('cause')}>
              {waiting.includes(mail.state)
                ? await waitInWords(await waitOf(viewer, mail), mail)
                : await causeInWords(mail.cause)}
            </Td>
            <Td label={t('created')}>
              <RelativeTime date={mail.createdAt} now={now} locale={locale} />
            </Td>
          </Tr>
        ))}
      </Table>
    </section>
  )
}
