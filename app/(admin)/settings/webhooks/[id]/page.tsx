import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { Badge } from '@/components/badge'
import { Notice } from '@/components/notice'
import { PageHeader } from '@/components/page-header'
import { RelativeTime } from '@/components/relative-time'
import { Section } from '@/components/section'
import { TextLink } from '@/components/text-link'
import { listDeliveries, type ToldDelivery } from '@/domain/webhooks/deliveries'
import { factsOfWebhook, readWebhook } from '@/domain/webhooks/webhook'
import { ButtonForm } from '../../../button-form'
import { DeleteForm } from '../../../delete-form'
import { found, idIn } from '../../../found'
import { KeepFresh } from '../../../keep-fresh'
import { one, type SearchParams } from '../../../list-address'
import { deleteWebhookAction, replayAction } from '../actions'
import { DeedForm, RotateForm, WebhookForm } from '../webhook-forms'
import { eventRows, WebhookBadge } from '../webhook-words'

type Props = { params: Promise<{ id: string }>; searchParams: SearchParams }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  return { title: (await found(readWebhook(await requireViewer(), await idIn(params)))).name }
}

const pageSize = 20

export default async function WebhookPage({ params, searchParams }: Props) {
  const viewer = await requireViewer()
  const webhook = await found(readWebhook(viewer, await idIn(params)))
  const before = one((await searchParams).before)
  const { deliveries, next } = await listDeliveries(viewer, webhook.id, { before, most: pageSize })
  const t = await getTranslations('webhooks')
  const { id, pausedBecause, failures } = webhook
  return (
    <div className="max-w-form">
      <PageHeader
        title={webhook.name}
        badge={<WebhookBadge webhook={webhook} />}
        back={{ href: '/settings/webhooks', label: t('title') }}
      />
      <div className="space-y-6">
        {pausedBecause ? (
          <Notice tone={pausedBecause === 'by-administrator' ? 'neutral' : 'warning'}>
            {t(`pausedBecause.${pausedBecause as 'failing'}`)}
          </Notice>
        ) : (
          failures > 0 && <Notice tone="warning">{t('failuresText', { count: failures })}</Notice>
        )}
        <DeedForm
          id={id}
          paused={webhook.pausedAt !== null}
          labels={{ pause: t('pause'), resume: t('resume'), test: t('test') }}
        />
        <section aria-labelledby="log" className="space-y-3">
          <h2 id="log" className="font-medium text-base">
            {t('log')}
          </h2>
          {deliveries.length === 0 ? (
            <p className="text-muted text-sm">
              {t('logNone')}. {t('logNoneText')}
            </p>
          ) : (
            <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
              {deliveries.map(delivery => (
                <li key={delivery.id}>
                  <Delivery delivery={delivery} />
                </li>
              ))}
            </ul>
          )}
          {next && <TextLink href={`/settings/webhooks/${id}?before=${next}`}>{t('older')}</TextLink>}
          {deliveries.some(({ state }) => state === 'waiting') && !webhook.pausedAt && (
            <KeepFresh every={2_000} />
          )}
        </section>
        <Section title={t('save')}>
          <WebhookForm
            id={id}
            facts={factsOfWebhook(webhook)}
            rows={await eventRows(webhook.events)}
            labels={{
              name: t('name'),
              url: t('url'),
              urlHelp: t('urlHelp'),
              events: t('events'),
              eventsHelp: t('eventsHelp'),
              save: t('save'),
            }}
          />
        </Section>
        <Section title={t('secret')} description={t('secretText')}>
          <RotateForm
            id={id}
            labels={{
              secret: t('secret'),
              copy: t('copy'),
              rotate: t('rotate'),
              rotateQuestion: t('rotateQuestion'),
              rotateText: t('rotateText'),
            }}
          />
        </Section>
        <Section title={t('delete')} danger>
          <DeleteForm
            action={deleteWebhookAction}
            name="id"
            id={id}
            labels={{
              submit: t('delete'),
              question: t('deleteQuestion', { name: webhook.name }),
              explanation: t('deleteText'),
            }}
          />
        </Section>
      </div>
    </div>
  )
}

const tones = { waiting: 'neutral', delivered: 'success', failed: 'danger' } as const

/** One thing that was told, with what was answered behind its line. */
async function Delivery({ delivery }: { delivery: ToldDelivery }) {
  const t = await getTranslations('webhooks')
  const locale = await getLocale()
  const now = new Date()
  const state = delivery.state as keyof typeof tones
  return (
    <details>
      <summary className="flex min-h-11 cursor-pointer flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 text-sm">
        <span className="min-w-0 flex-1 basis-40">
          {t.has(`eventNames.${delivery.type}`)
            ? t(`eventNames.${delivery.type as 'mail.sent'}`)
            : delivery.type}
        </span>
        <span className="text-muted text-xs">{t('attempts', { count: delivery.attempts })}</span>
        <RelativeTime date={delivery.createdAt} now={now} locale={locale} />
        <Badge tone={tones[state]}>{t(`states.${state}`)}</Badge>
      </summary>
      <div className="space-y-3 px-4 pb-4 text-sm">
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
          tabIndex={0}
          className="max-h-60 overflow-auto rounded-md bg-sunken p-3 text-xs"
        >
          {JSON.stringify(
            { type: delivery.type, timestamp: delivery.createdAt, data: delivery.data },
            null,
            2,
          )}
        </pre>
        <ol className="space-y-2">
          {delivery.attemptsMade.map(({ number, startedAt, milliseconds, status, answer, fault }) => (
            <li key={number} className="space-y-1">
              <p>
                {status ?? t('noAnswer')}
                {fault && t.has(`faults.${fault}`) && <>: {t(`faults.${fault as 'timeout'}`)}</>}{' '}
                <span className="text-muted text-xs">
                  {t('milliseconds', { count: milliseconds })} ·{' '}
                  <RelativeTime date={startedAt} now={now} locale={locale} />
                </span>
              </p>
              {answer && (
                <pre
                  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
                  tabIndex={0}
                  className="max-h-32 overflow-auto whitespace-pre-wrap rounded-md bg-sunken p-3 text-xs"
                >
                  {answer}
                </pre>
              )}
            </li>
          ))}
        </ol>
        {state === 'waiting' ? (
          delivery.attempts > 0 && (
            <p className="text-muted">
              {t('next')}: <RelativeTime date={delivery.dueAt} now={now} locale={locale} />
            </p>
          )
        ) : (
          <ButtonForm
            action={replayAction}
            values={{ id: delivery.webhookId, deliveryId: delivery.id }}
            label={t('replay')}
            variant="secondary"
          />
        )}
      </div>
    </details>
  )
}
