import { getLocale, getTranslations } from 'next-intl/server'
import { Stat, Stats } from '@/components/stat'
import type { Overview } from '@/domain/mail-log/overview'
import { durationIn } from './duration'
import { outboxAddress } from './outbox-address'

/** What left today, what waits, and how long it takes. */
export async function OverviewNumbers({ overview }: { overview: Overview }) {
  const t = await getTranslations('outbox.overview')
  const locale = await getLocale()
  const { today, waiting, acceptance, period } = overview
  const number = (value: number) => value.toLocaleString(locale)
  const duration = durationIn(locale)
  const { median, most } = acceptance
  return (
    <Stats label={t('numbers')}>
      <Stat
        label={t('sentToday')}
        value={number(today.sent)}
        note={today.kept > 0 ? t('keptToday', { number: number(today.kept) }) : undefined}
        href={outboxAddress({ state: 'sent' })}
      />
      <Stat label={t('waiting')} value={`${number(waiting.number)}${waiting.more ? '+' : ''}`} />
      <Stat
        label={t('failedToday')}
        value={number(today.failed)}
        tone={today.failed > 0 ? 'danger' : undefined}
        href={outboxAddress({ state: 'failed' })}
      />
      <Stat
        label={t('acceptance')}
        value={median === null ? '–' : duration(median)}
        note={
          median === null || most === null
            ? t('noneYet')
            : t('acceptanceNote', { most: duration(most), period })
        }
      />
    </Stats>
  )
}
