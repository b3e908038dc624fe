import Form from 'next/form'
import { getTranslations } from 'next-intl/server'
import { Button } from '@/components/button'
import { TextField } from '@/components/fields'
import { FilterChips } from '@/components/filter-chips'
import { SearchField } from '@/components/search-field'
import { actionGroups } from '@/domain/audit/actions'
import { type AuditView, auditAddress } from './audit-address'

/** Which events are shown: a search, a kind of action and a time, each kept while another is chosen. */
export async function AuditFilters({ view }: { view: AuditView }) {
  const t = await getTranslations('audit')
  const { search, group, from, to } = view
  return (
    <div className="space-y-3">
      <SearchField action="/audit" label={t('search')} defaultValue={search} keep={{ group, from, to }} />
      <FilterChips
        label={t('filter')}
        chips={[undefined, ...actionGroups].map(choice => ({
          href: auditAddress({ search, group: choice, from, to }),
          label: choice ? t(`groups.${choice}`) : t('all'),
          current: choice === group,
        }))}
      />
      <details open={Boolean(from || to)}>
        <summary className="min-h-6 w-fit py-0.5 text-muted text-sm hover:text-ink">
          {t('filterTime')}
        </summary>
        <Form action="/audit" className="mt-2 flex flex-wrap items-end gap-3">
          {Object.entries({ q: search, group }).map(
            ([name, value]) => value && <input key={name} type="hidden" name={name} value={value} />,
          )}
          <TextField key={`from ${from}`} type="date" name="from" label={t('from')} defaultValue={from} />
          <TextField key={`to ${to}`} type="date" name="to" label={t('to')} defaultValue={to} />
          <Button type="submit">{t('show')}</Button>
        </Form>
      </details>
    </div>
  )
}
