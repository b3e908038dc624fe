import { getLocale, getTranslations } from 'next-intl/server'
import { RelativeTime } from '@/components/relative-time'
import { Table, Td, Th, Tr } from '@/components/table'
import { TextLink } from '@/components/text-link'
import type { ListedMail } from '@/domain/mail-log/mail-list'
import { causeInWords } from './cause'
import { MailBadge } from './mail-badge'

export async function MailTable({ mails }: { mails: ListedMail[] }) {
  const t = await getTranslations('outbox')
  const locale = await getLocale()
  const now = new Date()
  return (
    <Table
      label={t('title')}
      head={
        <>
          <Th>{t('recipient')}</Th>
          <Th>{t('kind')}</Th>
          <Th>{t('state')}</Th>
          <Th>{t('cause')}</Th>
          <Th>{t('created')}</Th>
        </>
      }
    >
      {mails.map(async mail => (
        <Tr key={mail.id}>
          <Td clip title={mail.recipient}>
            <TextLink href={`/outbox/${mail.id}`}>{mail.recipient}</TextLink>
          </Td>
          <Td label={t('kind')}>{t(`kinds.${mail.kind}`)}</Td>
          <Td label={t('state')}>
            <MailBadge mail={mail} />
          </Td>
          <Td label={t('cause')}>{await causeInWords(mail.cause)}</Td>
          <Td label={t('created')}>
            <RelativeTime date={mail.createdAt} now={now} locale={locale} />
          </Td>
        </Tr>
      ))}
    </Table>
  )
}
