import { getLocale, getTranslations } from 'next-intl/server'
import { FilterChips } from '@/components/filter-chips'
import { SearchField } from '@/components/search-field'
import type { MailCounts } from '@/domain/mail-log/mail-count'
import { mailKinds } from '@/domain/mail-log/mail-filter'
import { MailState } from '@/generated/prisma/enums'
import { countInWords } from '../rough-count'
import { type OutboxView, outboxAddress } from './outbox-address'

/** Which mails are shown: a search, a state and a kind, each kept while another is chosen. */
export async function MailFilters({ view, counts }: { view: OutboxView; counts: MailCounts }) {
  const t = await getTranslations('outbox')
  const locale = await getLocale()
  const { search, state, kind } = view
  return (
    <div className="space-y-3">
      <SearchField action="/outbox" label={t('search')} defaultValue={search} keep={{ state, kind }} />
      <FilterChips
        label={t('filter')}
        chips={[undefined, ...Object.values(MailState)].map(choice => ({
          href: outboxAddress({ search, kind, state: choice }),
          label: choice ? t(`states.${choice}`) : t('all'),
          count: countInWords(counts[choice ?? 'all'], locale),
          current: choice === state,
        }))}
      />
      <details open={kind !== undefined}>
        <summary className="min-h-6 w-fit py-0.5 text-muted text-sm hover:text-ink">
          {t('filterKind')}
        </summary>
        <div className="mt-2">
          <FilterChips
            label={t('filterKind')}
            chips={[undefined, ...mailKinds].map(choice => ({
              href: outboxAddress({ search, state, kind: choice }),
              label: choice ? t(`kinds.${choice}`) : t('allKinds'),
              current: choice === kind,
            }))}
          />
        </div>
      </details>
    </div>
  )
}
