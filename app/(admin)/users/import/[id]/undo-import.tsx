import { getTranslations } from 'next-intl/server'
import { moment } from '@/app/moment'
import { Section } from '@/components/section'
import { DeleteForm } from '../../../delete-form'
import { undoImportAction } from '../actions'

export async function UndoImport({ importId, until }: { importId: string; until: Date }) {
  const t = await getTranslations('users.import.undo')
  return (
    <Section title={t('title')} description={t('text', { until: await moment(until) })} danger>
      <DeleteForm
        action={undoImportAction}
        name="importId"
        id={importId}
        labels={{ submit: t('submit'), question: t('question'), explanation: t('explanation') }}
      />
    </Section>
  )
}
