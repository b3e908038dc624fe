import { getTranslations } from 'next-intl/server'
import { SubmitButton } from '@/components/button'
import { TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { Section } from '@/components/section'
import type { ListedServer } from '@/domain/mail-server/servers'
import { limitsAction } from './server-actions'

const fields = ['maxConnections', 'maxPerSecond', 'maxPerMinute', 'maxPerDay'] as const

/** How much a mail server may be asked to do; most providers have limits of their own. */
export async function LimitsForm({ server: { id, name, limits } }: { server: ListedServer }) {
  const t = await getTranslations('mailSettings.limits')
  return (
    <Section title={t('title')} description={t('text', { name })}>
      <Form key={id} action={limitsAction} keepWhenDone>
        <input type="hidden" name="serverId" value={id} />
        {fields.map(field => (
          <TextField
            key={field}
            name={field}
            label={t(`${field}.label`)}
            help={t(`${field}.help`)}
            inputMode="numeric"
            autoComplete="off"
            width="short"
            defaultValue={limits[field] ?? ''}
          />
        ))}
        <SubmitButton variant="secondary">{t('submit')}</SubmitButton>
      </Form>
    </Section>
  )
}
