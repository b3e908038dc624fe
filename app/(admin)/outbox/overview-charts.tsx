import { getLocale, getTimeZone, getTranslations } from 'next-intl/server'
import { BarChart } from '@/components/bar-chart'
import { FilterChips } from '@/components/filter-chips'
import { LineChart } from '@/components/line-chart'
import { Section } from '@/components/section'
import { type Overview, periods } from '@/domain/mail-log/overview'
import { region } from '@/lib/i18n/locales'
import { durationIn } from './duration'

/** Seconds that the axis of durations may be marked with. */
const marks = [0.001, 0.01, 0.1, 1, 10, 60, 600, 3_600, 86_400]

/** Volume and time to acceptance, over a day or a month. */
export async function OverviewCharts({ overview: { slots, period, acceptance } }: { overview: Overview }) {
  const t = await getTranslations('outbox.overview')
  const locale = await getLocale()
  const timeZone = await getTimeZone()
  const duration = durationIn(locale)
  const number = (value: number) => value.toLocaleString(locale)
  const names = slots.map(({ from }) => ({
    key: from.toISOString(),
    name: slotName(from, period, locale, timeZone),
  }))
  const shared = {
    slots: names,
    // The present is always named, and every so many slots before it.
    labelled: (index: number) => (slots.length - 1 - index) % (period === 'day' ? 6 : 7) === 0,
    words: { slot: t(`slot.${period}`), table: t('table'), none: '–' },
  }
  const total = (what: 'sent' | 'failed') => number(slots.reduce((sum, slot) => sum + slot[what], 0))
  return (
    <Section
      title={t('course')}
      description={t('zone', { zone: timeZone })}
      aside={
        <FilterChips
          label={t('period')}
          chips={periods.map(choice => ({
            href: choice === 'day' ? '/outbox/figures' : `/outbox/figures?period=${choice}`,
            label: t(`periods.${choice}`),
            current: choice === period,
          }))}
        />
      }
    >
      <div className="grid gap-x-8 gap-y-6 lg:grid-cols-2">
        <BarChart
          {...shared}
          title={t('volume')}
          description={t('volumeText', { sent: total('sent'), failed: total('failed'), period })}
          format={number}
          series={[
            { name: t('sent'), tone: 'accent', values: slots.map(({ sent }) => sent) },
            { name: t('failed'), tone: 'danger', values: slots.map(({ failed }) => failed) },
          ]}
        />
        <LineChart
          {...shared}
          title={t('acceptance')}
          description={
            acceptance.median === null || acceptance.most === null
              ? t('noneYet')
              : t('acceptanceText', {
                  median: duration(acceptance.median),
                  most: duration(acceptance.most),
                  period,
                })
          }
          format={duration}
          marks={marks}
          series={[
            { name: t('median'), tone: 'accent', values: slots.map(({ median }) => median) },
            { name: t('most'), tone: 'muted', values: slots.map(({ most }) => most) },
          ]}
        />
      </div>
    </Section>
  )
}

const slotName = (from: Date, period: Overview['period'], locale: string, timeZone: string) =>
  new Intl.DateTimeFormat(region(locale), {
    timeZone,
    ...(period === 'day' ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short' }),
  }).format(from)
