import { getTranslations } from 'next-intl/server'
import { installation } from '@/app/installation'
import { lifetimeWords } from '@/app/lifetime'
import { SubmitButton } from '@/components/button'
import { RadioField, TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { Section } from '@/components/section'
import { startImportAction } from '../actions'

/** As fast as no mail server minds. */
const usualPace = 600

/** What is left to decide once the file was checked. */
export async function ImportForm({ importId, good, bad }: { importId: string; good: number; bad: number }) {
  const t = await getTranslations('users.import.options')
  const span = await lifetimeWords((await installation()).activationHours)
  return (
    <Section title={t('title')} description={t('text', { good, bad })}>
      <Form action={startImportAction}>
        <input type="hidden" name="importId" value={importId} />
        <RadioField
          name="invitations"
          label={t('how')}
          defaultValue="mail"
          options={[
            { value: 'mail', label: t('mail'), help: t('mailHelp', { span }) },
            { value: 'none', label: t('none'), help: t('noneHelp') },
          ]}
        />
        <TextField
          name="perMinute"
          label={t('perMinute')}
          help={t('perMinuteHelp')}
          inputMode="numeric"
          autoComplete="off"
          width="short"
          defaultValue={String(usualPace)}
          optional
        />
        <SubmitButton>{t('submit')}</SubmitButton>
      </Form>
    </Section>
  )
}
