import { getTranslations } from 'next-intl/server'
import { Badge } from '@/components/badge'
import { TextLink } from '@/components/text-link'
import type { Tone } from '@/components/tone'
import type { Finding, Result } from '@/domain/deliverability/finding'
import { DnsRecordToPublish, Mono } from './dns-record'
import { keysAnchor } from './signing-keys'

const tones: Record<Result, Tone> = {
  found: 'success',
  missing: 'warning',
  wrong: 'danger',
  unknown: 'neutral',
}

/** One check: how it ended, why it matters, what DNS holds, and what to publish. */
export async function FindingRow({ finding, domain }: { finding: Finding; domain: string }) {
  const t = await getTranslations('deliverability')
  const { check, result, reason, values, found, publish } = finding
  return (
    <li className="space-y-3 py-4 first:pt-0 last:pb-0" data-check={check} data-result={result}>
      <div className="space-y-1">
        <h3 className="flex flex-wrap items-center gap-2 font-medium text-sm">
          {t(`checks.${check}`)}
          <Badge tone={tones[result]}>{t(`results.${result}`)}</Badge>
        </h3>
        <p className="max-w-form text-sm wrap-anywhere">{t(`reasons.${reason}`, values)}</p>
      </div>
      {found.length > 0 && (
        <div className="space-y-1.5">
          <p className="text-muted text-sm">{t('inDns')}</p>
          {[...new Set(found)].map(text => (
            <Mono key={text}>{text}</Mono>
          ))}
        </div>
      )}
      {check === 'dkim' && publish.length > 0 && (
        // Our own keys, which stand below with all that can be done with them.
        <p className="text-sm">
          <TextLink href={`#${keysAnchor(domain)}`}>{t('publishBelow')}</TextLink>
        </p>
      )}
      {(check === 'dkim' ? [] : publish).map(record => (
        <div key={record.name} className="space-y-1.5">
          <p className="text-muted text-sm">{t(found.length > 0 ? 'publishInstead' : 'publish')}</p>
          <DnsRecordToPublish record={record} />
        </div>
      ))}
    </li>
  )
}
