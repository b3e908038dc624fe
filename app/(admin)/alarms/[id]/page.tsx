import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { moment } from '@/app/moment'
import { LinkButton } from '@/components/button'
import { DescriptionList } from '@/components/description-list'
import { PageHeader } from '@/components/page-header'
import { Section } from '@/components/section'
import { TextLink } from '@/components/text-link'
import { type AlarmEventView, readAlarm } from '@/domain/alarms/alarms'
import { ButtonForm } from '../../button-form'
import { found, idIn } from '../../found'
import { KeepFresh } from '../../keep-fresh'
import { MailTable } from '../../outbox/mail-table'
import { SeverityBadge, StatusBadge } from '../alarm-badges'
import { acknowledgeAction } from './actions'

type Props = { params: Promise<{ id: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const alarm = await found(readAlarm(await requireViewer(), await idIn(params)))
  return { title: `${alarm.type} · ${alarm.originator}` }
}

export default async function AlarmPage({ params }: Props) {
  const viewer = await requireViewer()
  const alarm = await found(readAlarm(viewer, await idIn(params)))
  const t = await getTranslations('alarms')
  const waiting = alarm.events.some(({ outcomes }) => outcomes === null)
  return (
    <>
      <KeepFresh every={waiting ? 2_000 : 15_000} />
      <PageHeader
        title={alarm.type}
        description={alarm.originator}
        badge={
          <>
            <SeverityBadge severity={alarm.severity} />
            <StatusBadge status={alarm.status} />
          </>
        }
        action={<LinkButton href={`/rules/try?alarm=${alarm.id}`}>{t('tryRules')}</LinkButton>}
        back={{ href: '/alarms', label: t('title') }}
      />
      <div className="space-y-6">
        {alarm.status === 'active' && (
          <ButtonForm action={acknowledgeAction} values={{ id: alarm.id }} label={t('acknowledge')} />
        )}
        <Section title={t('history')}>
          <ol className="space-y-4">
            {alarm.events.map(event => (
              <EventEntry key={event.id} event={event} />
            ))}
          </ol>
        </Section>
        <Section title={t('itsMails')}>
          {alarm.mails.length > 0 ? (
            <MailTable mails={alarm.mails} />
          ) : (
            <p className="text-muted text-sm">{t('noMails')}</p>
          )}
        </Section>
        <Section title={t('facts')}>
          <DescriptionList
            items={[
              { term: t('originator'), value: alarm.originator },
              { term: t('type'), value: alarm.type },
              ...(alarm.customer ? [{ term: t('customer'), value: alarm.customer }] : []),
              { term: t('started'), value: await moment(alarm.startedAt) },
              ...(alarm.endedAt ? [{ term: t('ended'), value: await moment(alarm.endedAt) }] : []),
              ...(alarm.acknowledgedAt
                ? [
                    {
                      term: t('acknowledged'),
                      value: t('acknowledgedBy', {
                        by: alarm.acknowledgedBy ?? '',
                        at: await moment(alarm.acknowledgedAt),
                      }),
                    },
                  ]
                : []),
              { term: t('repeats'), value: alarm.repeats },
              { term: t('source'), value: t(`sources.${alarm.source}`) },
            ]}
          />
          <details>
            <summary className="min-h-6 w-fit py-0.5 text-muted text-sm hover:text-ink">
              {t('details')}
            </summary>
            <pre className="mt-2 max-h-96 overflow-auto rounded-md bg-sunken p-3 font-mono text-xs wrap-anywhere whitespace-pre-wrap">
              {JSON.stringify(alarm.details, null, 2)}
            </pre>
          </details>
        </Section>
      </div>
    </>
  )
}

/** What happened, and what each rule made of it. */
async function EventEntry({ event: { kind, at, outcomes } }: { event: AlarmEventView }) {
  const t = await getTranslations('alarms')
  return (
    <li className="space-y-1.5 border-line border-l-2 pl-3">
      <p className="text-sm">
        <span className="font-medium">{t(`kinds.${kind}`)}</span>{' '}
        <span className="text-muted">{await moment(at)}</span>
      </p>
      {outcomes === null && <p className="text-muted text-sm">{t('waiting')}</p>}
      {outcomes?.length === 0 && kind !== 'acknowledged' && (
        <p className="text-muted text-sm">{t('noRules')}</p>
      )}
      {outcomes && outcomes.length > 0 && (
        <ul className="space-y-1 text-sm">
          {outcomes.map(({ ruleId, rule, result, mailIds }) => (
            <li key={ruleId} className="wrap-anywhere">
              <TextLink href={`/rules/${ruleId}`}>{rule}</TextLink>:{' '}
              {t(`results.${result}`, { count: mailIds?.length ?? 0 })}
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}
