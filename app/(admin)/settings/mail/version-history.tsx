import { getLocale, getTranslations } from 'next-intl/server'
import { Badge } from '@/components/badge'
import { LinkButton } from '@/components/button'
import { ConfirmButton } from '@/components/confirm-button'
import { Form } from '@/components/form'
import { RelativeTime } from '@/components/relative-time'
import { Section } from '@/components/section'
import { TextLink } from '@/components/text-link'
import type { VersionEntry } from '@/domain/mail-server/history'
import { presetOf } from '@/domain/mail-server/presets'
import type { TestOfVersion } from '@/domain/outbox/test-mail'
import { now } from '@/lib/clock'
import { reportAddress } from './report-address'
import { restoreAction } from './server-actions'

const tones = { active: 'success', candidate: 'warning', retired: 'neutral' } as const
const inSight = 4

type Props = { history: VersionEntry[]; tests: TestOfVersion[] }

/** The versions of a mail server, newest first: who changed what, how its tests went, and the way back. */
export async function VersionHistory({ history, tests }: Props) {
  const t = await getTranslations('mailSettings.history')
  const entry = (version: VersionEntry) => (
    <Version
      key={version.versionId}
      version={version}
      tests={tests.filter(({ versionId }) => versionId === version.versionId)}
    />
  )
  return (
    <Section title={t('title')} description={t('text')}>
      <ol className="divide-y divide-line text-sm">{history.slice(0, inSight).map(entry)}</ol>
      {history.length > inSight && (
        <details>
          <summary className="min-h-6 w-fit py-0.5 text-muted text-sm hover:text-ink">
            {t('older', { count: history.length - inSight })}
          </summary>
          <ol className="mt-3 divide-y divide-line border-line border-t text-sm">
            {history.slice(inSight).map(entry)}
          </ol>
        </details>
      )}
    </Section>
  )
}

async function Version({ version, tests }: { version: VersionEntry; tests: TestOfVersion[] }) {
  const t = await getTranslations('mailSettings.history')
  const label = await getTranslations('mailSettings')
  const locale = await getLocale()
  const { versionId, mailServerId, number, state, by, at, changes, secretsChanged } = version
  const shown = (field: string, value: string) => {
    const key = `${field}s.${value}`
    if (value === '') return t('empty')
    if (field === 'trustedCa') return t('certificates')
    if (field === 'provider') return value === 'custom' ? label('otherServer') : presetOf(value).name
    return label.has(key) ? label(key) : value.replace('TLSv', 'TLS ')
  }
  return (
    <li className="space-y-1.5 py-3 first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className="flex items-center gap-2 font-medium">
          {t('version', { number })}
          <Badge tone={tones[state]}>{t(`states.${state}`)}</Badge>
        </span>
        <span className="text-muted text-xs">
          <RelativeTime date={at} now={now()} locale={locale} />
        </span>
      </div>
      <p className="text-muted wrap-anywhere">{by ?? t('installation')}</p>
      {changes === null ? (
        <p>{t('first')}</p>
      ) : (
        <ul className="space-y-0.5">
          {changes.map(({ field, before, after }) => (
            <li key={field} className="wrap-anywhere">
              {t('change', { field: label(field), before: shown(field, before), after: shown(field, after) })}
            </li>
          ))}
          {secretsChanged.map(secret => (
            <li key={secret}>{t('secretChanged', { field: label(secret) })}</li>
          ))}
          {changes.length + secretsChanged.length === 0 && <li className="text-muted">{t('unchanged')}</li>}
        </ul>
      )}
      {tests.map(({ mailId, result, createdAt }) => (
        <p key={mailId}>
          <TextLink href={reportAddress(version, mailId)}>{t(`tests.${result}`)}</TextLink>{' '}
          <span className="text-muted text-xs">
            <RelativeTime date={createdAt} now={now()} locale={locale} />
          </span>
        </p>
      ))}
      {state !== 'active' && (
        <div className="flex flex-wrap items-start gap-2 pt-1">
          {state === 'retired' && (
            <Form action={restoreAction}>
              <input type="hidden" name="versionId" value={versionId} />
              <ConfirmButton title={t('restoreTitle', { number })} question={t('restoreText')}>
                {t('restore')}
                <span className="sr-only"> {t('version', { number })}</span>
              </ConfirmButton>
            </Form>
          )}
          <LinkButton
            variant={state === 'retired' ? 'quiet' : 'secondary'}
            href={`/settings/mail/${mailServerId}?version=${versionId}`}
          >
            {t(state === 'retired' ? 'open' : 'continue')}
            <span className="sr-only"> {t('version', { number })}</span>
          </LinkButton>
        </div>
      )}
    </li>
  )
}
