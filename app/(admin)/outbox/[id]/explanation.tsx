import { getTranslations } from 'next-intl/server'
import { TextLink } from '@/components/text-link'
import type { ToldAttempt } from '@/domain/mail-log/mail'
import { explanationValues } from '@/domain/mail-server/diagnosis'
import type { Cause } from '@/domain/smtp/causes'

/** What the diagnosis of a test mail says, for an attempt: the cause in a sentence, and what to do about it. */
export async function Explanation({ attempt }: { attempt: ToldAttempt }) {
  const t = await getTranslations('diagnosis')
  const { cause, detail, server } = attempt
  if (!cause || !server || !t.has(`${cause}.title`)) return null
  const values = explanationValues({ detail: (detail ?? {}) as Record<string, string> }, server.settings)
  const words = await getTranslations('outbox')
  return (
    <div data-cause={cause} className="space-y-1">
      <p className="font-medium text-ink">{t(`${cause as Cause}.title`, values)}</p>
      <p>{t(`${cause as Cause}.fix`, values)}</p>
      <p>
        <TextLink href={`/settings/mail/${server.mailServerId}`}>{words('toServer')}</TextLink>
      </p>
    </div>
  )
}
