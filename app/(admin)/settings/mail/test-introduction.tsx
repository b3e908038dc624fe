import { getLocale, getTranslations } from 'next-intl/server'
import { RelativeTime } from '@/components/relative-time'
import { TextLink } from '@/components/text-link'
import type { MailServerView } from '@/domain/mail-server/versions'
import type { TestOfVersion } from '@/domain/outbox/test-mail'
import { now } from '@/lib/clock'
import { reportAddress } from './report-address'

/** What stands in place of a test before the first one: what it does, and the way back to the last. */
export async function TestIntroduction({
  version,
  last,
}: {
  version?: MailServerView
  last?: TestOfVersion
}) {
  const t = await getTranslations('mailSettings')
  const locale = await getLocale()
  return (
    <div className="space-y-3">
      <p className="text-muted">{t('test.introduction')}</p>
      {version && last && (
        <p>
          <TextLink href={reportAddress(version, last.mailId)}>{t(`history.tests.${last.result}`)}</TextLink>{' '}
          <span className="text-muted text-xs">
            <RelativeTime date={last.createdAt} now={now()} locale={locale} />
          </span>
        </p>
      )}
    </div>
  )
}
