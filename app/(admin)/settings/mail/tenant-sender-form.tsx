import { getTranslations } from 'next-intl/server'
import { SubmitButton } from '@/components/button'
import { TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { Section } from '@/components/section'
import type { TenantSender } from '@/domain/mail-server/tenant-policy'
import { tenantSenderAction } from './server-actions'

/** Whom the mails of a tenant come from that the installation's servers carry. */
export async function TenantSenderForm({ sender: { domains, mailFrom } }: { sender: TenantSender }) {
  const t = await getTranslations('mailSettings')
  return (
    <div className="max-w-form">
      <Section title={t('tenant.sender')} description={t('tenant.senderText')}>
        <Form action={tenantSenderAction} keepWhenDone>
          <TextField
            name="mailFrom"
            label={t('mailFrom')}
            help={t('tenant.senderHelp', { domains: domains.join(', ') })}
            defaultValue={mailFrom}
            inputMode="email"
            autoComplete="off"
            optional
          />
          <SubmitButton variant="secondary">{t('tenant.saveSender')}</SubmitButton>
        </Form>
      </Section>
    </div>
  )
}
