import { getTranslations } from 'next-intl/server'
import { Tabs } from '@/components/tabs'

/** The mails themselves, and how it goes with all of them. */
export async function OutboxTabs({ current }: { current: 'mails' | 'figures' }) {
  const t = await getTranslations('outbox.tabs')
  return (
    <Tabs
      label={t('label')}
      current={current}
      tabs={[
        { id: 'mails', label: t('mails'), href: '/outbox' },
        { id: 'figures', label: t('figures'), href: '/outbox/figures' },
      ]}
    />
  )
}
