import { getTranslations } from 'next-intl/server'
import { Button } from '@/components/button'
import { RenderedForField } from '@/components/rendered-for'
import type { AuditView } from './audit-address'

/** Takes what is filtered along, in one of two formats. It is recorded, so it is posted. */
export async function ExportForm({ view: { search, group, from, to } }: { view: AuditView }) {
  const t = await getTranslations('audit.export')
  return (
    <form method="post" action="/audit/export" className="flex flex-wrap gap-2">
      <RenderedForField />
      {Object.entries({ q: search, group, from, to }).map(
        ([name, value]) => value && <input key={name} type="hidden" name={name} value={value} />,
      )}
      <Button type="submit" name="format" value="csv">
        {t('csv')}
      </Button>
      <Button type="submit" name="format" value="jsonl">
        {t('jsonl')}
      </Button>
    </form>
  )
}
