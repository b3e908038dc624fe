import { getTranslations } from 'next-intl/server'
import { Badge } from '@/components/badge'
import { Notice } from '@/components/notice'
import { Section } from '@/components/section'
import { TextLink } from '@/components/text-link'
import type { Tone } from '@/components/tone'
import type { LivingWorker, Sender } from '@/domain/mail-log/senders'
import { serverTrouble } from '../server-trouble'

const tones: Record<Sender['state'], Tone> = {
  sending: 'success',
  paused: 'warning',
  broken: 'danger',
}

type Props = {
  servers: Sender[]
  /** Null for whom they are no concern */
  workers: LivingWorker[] | null
  /** How many servers tenants have, and how many of these do not work; null for whom they are no concern */
  ofTenants: { all: number; troubled: number } | null
  /** All sending is: no server sends then, whatever state it is in. */
  paused: boolean
}

/** The mail servers with what keeps them from sending, and for the system administrator the workers. */
export async function SendersPanel({ servers, workers, ofTenants, paused }: Props) {
  const t = await getTranslations('outbox.senders')
  const stateOf = ({ state }: Sender) => (paused && state === 'sending' ? 'paused' : state)
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
              <TextLink href={`/settings/mail/${server.id}`} className="min-w-0 wrap-anywhere">
                {server.name}
              </TextLink>
              <span className="text-muted">{t(`roles.${server.role}`)}</span>
              <Badge tone={tones[stateOf(server)]}>{t(`states.${stateOf(server)}`)}</Badge>
              <span className="basis-full text-muted empty:hidden sm:basis-auto">
                {serverTrouble(server)}
              </span>
            </li>
          ))}
        </ul>
      )}
      {ofTenants !== null && ofTenants.all > 0 && <p className="text-muted">{t('ofTenants', ofTenants)}</p>}
      {workers === null ? null : workers.length === 0 ? (
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
