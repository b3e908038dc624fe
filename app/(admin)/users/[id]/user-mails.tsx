import { getLocale, getTranslations } from 'next-intl/server'
import { RelativeTime } from '@/components/relative-time'
import { Section } from '@/components/section'
import { Table, Td, Th, Tr } from '@/components/table'
import { TextLink } from '@/components/text-link'
import type { OutboundMail } from '@/generated/prisma/client'
import { causeInWords } from '../../outbox/cause'
import { MailBadge } from '../../outbox/mail-badge'

/** The last mails to a user. */
export async function UserMails({ mails }: { mails: OutboundMail[] }) {
  const t = await getTranslations('outbox')
  const title = (await getTranslations('users'))('mails')
  const none = (await getTranslations('users'))('noMails')
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
      <h2 id="mails" className="font-medium text-base">
        {title}
      </h2>
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
              <MailBadge state={mail.state} />
            </Td>
            <Td label={t('cause')}>{await causeInWords(mail.cause)}</Td>
            <Td label={t('created')}>
              <RelativeTime date={mail.createdAt} now={now} locale={locale} />
            </Td>
          </Tr>
        ))}
      </Table>
    </section>
  )
}
