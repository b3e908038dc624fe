import { getTranslations } from 'next-intl/server'
import { Section } from '@/components/section'
import { mailPolicyFacts, readTenantMailPolicy, serverChoices } from '@/domain/mail-server/tenant-policy'
import type { Viewer } from '@/domain/viewer'
import { type MailPolicyField, TenantMailForm } from './tenant-mail-form'

const fields: MailPolicyField[] = [
  'servers',
  'accountMails',
  'fallsBack',
  'senderDomains',
  'maxPerMinute',
  'maxPerDay',
]

/** By which servers the mails of a tenant go, and how many by those of the installation. */
export async function TenantMail({ viewer, tenantId }: { viewer: Viewer; tenantId: string }) {
  const t = await getTranslations('tenantMail')
  const labels = fields.map(field => [field, { label: t(field), help: t(`help.${field}`) }])
  return (
    <Section title={t('title')} description={t('text')}>
      <TenantMailForm
        id={tenantId}
        facts={mailPolicyFacts(await readTenantMailPolicy(viewer, tenantId))}
        choices={serverChoices.map(value => ({ value, label: t(`choices.${value}`) }))}
        labels={Object.fromEntries(labels) as Record<MailPolicyField, { label: string; help: string }>}
        submit={t('submit')}
      />
    </Section>
  )
}
