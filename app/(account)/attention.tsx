import { getTranslations } from 'next-intl/server'
import { Section } from '@/components/section'
import { TextLink } from '@/components/text-link'
import { ToneIcon, toneText } from '@/components/tone'
import { undecidedMails } from '@/domain/mail-log/mail'
import type { Overview } from '@/domain/mail-log/overview'
import { countKept } from '@/domain/mail-log/retry-run'
import type { Viewer } from '@/domain/viewer'

/** What waits for the viewer, each with the way there. What stops all mail stands in the banner above. */
export async function Attention({ viewer, overview }: { viewer: Viewer; overview: Overview }) {
  const t = await getTranslations('start.attention')
  const [undecided, kept] = await Promise.all([undecidedMails(viewer), countKept(viewer)])
  // The last 24 hours: at midnight nothing is forgotten.
  const failed = overview.slots.reduce((sum, slot) => sum + slot.failed, 0)
  const points = [
    { count: undecided.length, name: 'undecided', href: '/outbox', tone: 'warning' },
    { count: failed, name: 'failed', href: '/outbox?state=failed', tone: 'danger' },
    { count: kept.number, name: 'kept', href: '/outbox', tone: 'info' },
  ] as const
  const open = points.filter(({ count }) => count > 0)
  return (
    <Section title={t('title')}>
      {open.length === 0 ? (
        <p className="flex items-center gap-2 text-sm">
          <ToneIcon tone="success" className={`size-4 shrink-0 ${toneText.success}`} />
          {t('nothing')}
        </p>
      ) : (
        <ul className="space-y-2 text-sm">
          {open.map(({ count, name, href, tone }) => (
            <li key={name} className="flex items-center gap-2">
              <ToneIcon tone={tone} className={`size-4 shrink-0 ${toneText[tone]}`} />
              <TextLink href={href}>{t(name, { count })}</TextLink>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
