import { getTranslations } from 'next-intl/server'
import { SubmitButton } from '@/components/button'
import { TextField } from '@/components/fields'
import { Form, type FormAction } from '@/components/form'
import { Section } from '@/components/section'

type Props = { of: 'outbox' | 'audit'; action: FormAction; days: number }

/** For how long mails or events are kept: for the system administrator. */
export async function RetentionForm({ of, action, days }: Props) {
  const t = await getTranslations(`${of}.retention`)
  return (
    <Section title={t('title')} description={t('text')}>
      <Form action={action} keepWhenDone>
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
