import { getTranslations } from 'next-intl/server'
import { Button } from '@/components/button'
import { RenderedForField } from '@/components/rendered-for'
import { type AuditView, auditAddress } from './audit-address'

/** Takes what is filtered along, in one of two formats. */
export async function ExportForm({ view }: { view: AuditView }) {
  const t = await getTranslations('audit.export')
  return (
    <form method="post" action={auditAddress(view, '/audit/export')} className="flex flex-wrap gap-2">
      <RenderedForField />
      <Button type="submit" name="format" value="csv">
        {t('csv')}
      </Button>
      <Button type="submit" name="format" value="jsonl">
        {t('jsonl')}
      </Button>
    </form>
  )
}
