import { getTranslations } from 'next-intl/server'
import { SubmitButton } from '@/components/button'
import { TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { Section } from '@/components/section'
import { retentionAction } from './actions'

/** For how long mails are kept: for the system administrator. */
export async function RetentionForm({ days }: { days: number }) {
  const t = await getTranslations('outbox.retention')
  return (
    <Section title={t('title')} description={t('text')}>
      <Form action={retentionAction} keepWhenDone>
        <TextField
          name="days"
          label={t('days')}
          inputMode="numeric"
          autoComplete="off"
          width="short"
          defaultValue={String(days)}
        />
        <SubmitButton variant="secondary">{t('save')}</SubmitButton>
      </Form>
    </Section>
  )
}
