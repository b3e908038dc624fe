import { getTranslations } from 'next-intl/server'
import { CopyButton } from '@/components/copy-button'
import { quotedStrings } from '@/domain/deliverability/dkim-record'
import type { DnsRecord } from '@/domain/deliverability/finding'

const boxed = 'rounded-md bg-sunken px-2.5 py-1.5 font-mono text-xs leading-5 wrap-anywhere'

/** Text from DNS as it is. */
export const Mono = ({ children }: { children: string }) => <p className={boxed}>{children}</p>

/** A record to publish: each part that a DNS provider's form asks for, with a button that copies it. */
export async function DnsRecordToPublish({ record }: { record: DnsRecord }) {
  const t = await getTranslations('deliverability')
  const strings = quotedStrings(record.value)
  return (
    <dl className="@container space-y-2 text-sm">
      <Part term={t('record.type')}>
        <p className="py-1.5 font-mono text-xs leading-5">{record.type}</p>
      </Part>
      <Part term={t('record.name')} copy={<CopyButton text={record.name} label={t('record.copyName')} />}>
        <Mono>{record.name}</Mono>
      </Part>
      <Part term={t('record.value')} copy={<CopyButton text={record.value} label={t('record.copyValue')} />}>
        <Mono>{record.value}</Mono>
      </Part>
      {record.type === 'TXT' && strings.length > 1 && (
        <details className="text-muted">
          <summary className="min-h-6 cursor-pointer">{t('record.strings')}</summary>
          <div className="mt-2 space-y-2">
            <Mono>{strings.join(' ')}</Mono>
            <CopyButton text={strings.join(' ')} label={t('record.copyStrings')} />
          </div>
        </details>
      )}
    </dl>
  )
}

function Part({ term, copy, children }: { term: string; copy?: React.ReactNode; children: React.ReactNode }) {
  return (
    <div className="flex flex-wrap items-start gap-x-3 gap-y-1">
      <dt className="w-16 shrink-0 py-1.5 text-muted">{term}</dt>
      <dd className="min-w-0 flex-1 basis-40">{children}</dd>
      {copy && <dd>{copy}</dd>}
    </div>
  )
}
