import { getTranslations } from 'next-intl/server'
import { Badge } from '@/components/badge'
import { Section } from '@/components/section'
import type { DkimKeyView } from '@/domain/deliverability/dkim'
import { DkimForm } from './dkim-form'
import { DnsRecordToPublish } from './dns-record'

/** Where the keys of a domain stand in the page. */
export const keysAnchor = (domain: string) => `keys-${domain}`

/** The DKIM keys of a domain: make them, publish their records, sign with them. */
export async function SigningKeys({ domain, keys }: { domain: string; keys: DkimKeyView[] }) {
  const t = await getTranslations('deliverability.keys')
  const active = keys.filter(key => key.active).length
  const state =
    keys.length === 0 ? 'none' : active === 0 ? 'waiting' : active < keys.length ? 'partly' : 'signing'
  return (
    <div id={keysAnchor(domain)} className="scroll-mt-4">
      <Section title={t('title', { domain })} description={t(`states.${state}`)}>
        {keys.map(({ id, algorithm, record, active }) => (
          <div key={id} className="space-y-2" data-algorithm={algorithm}>
            <h3 className="flex flex-wrap items-center gap-2 font-medium text-sm">
              {t(`algorithms.${algorithm}`)}
              <Badge tone={active ? 'success' : 'neutral'}>{t(active ? 'active' : 'inactive')}</Badge>
            </h3>
            <DnsRecordToPublish record={record} />
          </div>
        ))}
        <DkimForm
          domain={domain}
          state={state}
          labels={{
            create: t('create'),
            activate: t('activate'),
            deactivate: t('deactivate'),
            delete: t('delete'),
            question: t('question', { domain }),
            explanation: t('explanation'),
          }}
        />
      </Section>
    </div>
  )
}
