import { getLocale, getTranslations } from 'next-intl/server'
import { Badge } from '@/components/badge'
import { Notice } from '@/components/notice'
import { relativeTime } from '@/components/relative-time-words'
import { Section } from '@/components/section'
import { TextLink } from '@/components/text-link'
import type { Tone } from '@/components/tone'
import type { LivingWorker, SendingServer } from '@/domain/outbox/senders'
import { now } from '@/lib/clock'
import { causeInWords } from './cause'

const tones: Record<SendingServer['state'], Tone> = {
  sending: 'success',
  paused: 'warning',
  broken: 'danger',
}

/** The mail servers with what keeps them from sending, and the workers. For the system administrator. */
export async function SendersPanel({
  servers,
  workers,
}: {
  servers: SendingServer[]
  workers: LivingWorker[]
}) {
  const t = await getTranslations('outbox.senders')
  return (
    <Section title={t('title')} aside={<TextLink href="/settings/mail">{t('toServers')}</TextLink>}>
      {servers.length === 0 && <Notice tone="warning">{t('noServer')}</Notice>}
      {servers.length > 0 && (
        <ul className="divide-y divide-line">
          {servers.map(server => (
            <li
              key={server.id}
              className="flex flex-wrap items-baseline gap-x-3 gap-y-1 py-2 first:pt-0 last:pb-0"
            >
              <TextLink href={`/settings/mail?server=${server.id}`} className="min-w-0 wrap-anywhere">
                {server.name}
              </TextLink>
              <span className="text-muted">{t(`roles.${server.role}`)}</span>
              <Badge tone={tones[server.state]}>{t(`states.${server.state}`)}</Badge>
              <ServerTrouble server={server} />
            </li>
          ))}
        </ul>
      )}
      {workers.length === 0 ? (
        <Notice tone="danger" title={t('noWorker')}>
          {t('noWorkerText')}
        </Notice>
      ) : (
        <p className="text-muted">
          {t('workers', {
            count: workers.length,
            hosts: [...new Set(workers.map(({ host }) => host))].join(', '),
          })}
        </p>
      )}
    </Section>
  )
}

/** Since when it does not send, why, and when it is tried again. */
async function ServerTrouble({ server }: { server: SendingServer }) {
  const { state, since, pausedBy, cause, nextProbe } = server
  if (state === 'sending' || !since) return null
  const t = await getTranslations('outbox.senders')
  const at = now()
  const locale = await getLocale()
  const due = !nextProbe || nextProbe.getTime() - at.getTime() < 60_000
  return (
    <span className="basis-full text-muted sm:basis-auto">
      {state === 'paused'
        ? t('pausedSince', { since: relativeTime(since, at, locale), by: pausedBy ?? 'none' })
        : t('brokenSince', {
            since: relativeTime(since, at, locale),
            cause: (await causeInWords(cause)) ?? 'none',
            probe: due ? 'now' : relativeTime(nextProbe, at, locale),
          })}
    </span>
  )
}
