import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { LinkButton } from '@/components/button'
import { EmptyState } from '@/components/empty-state'
import { Notice } from '@/components/notice'
import { PageHeader } from '@/components/page-header'
import { Section } from '@/components/section'
import { TextLink } from '@/components/text-link'
import { checkMailServers } from '@/domain/deliverability/deliverability'
import { readDkimKeys } from '@/domain/deliverability/dkim'
import { found } from '../../../found'
import { FindingRow } from './finding-row'
import { SigningKeys } from './signing-keys'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('deliverability'))('title') }
}

export default async function DeliverabilityPage() {
  const viewer = await requireViewer()
  const reports = await found(checkMailServers(viewer))
  const domains = [...new Set(reports.map(({ domain }) => domain))]
  const keys = await Promise.all(domains.map(domain => readDkimKeys(viewer, domain)))
  const t = await getTranslations('deliverability')
  const mail = await getTranslations('mailSettings')
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        back={{ href: '/settings/mail', label: mail('title') }}
        action={
          reports.length > 0 && (
            // A plain address: asking again is reading again.
            <LinkButton href="/settings/mail/deliverability" variant="primary">
              {t('again')}
            </LinkButton>
          )
        }
      />
      {reports.length === 0 && (
        <EmptyState
          title={t('none')}
          action={<LinkButton href="/settings/mail">{mail('title')}</LinkButton>}
        />
      )}
      <div className="max-w-3xl space-y-6">
        {reports.map(({ server, host, domain, forTests, findings }) => {
          const list = (
            <ul className="divide-y divide-line">
              {findings.map(finding => (
                <FindingRow key={finding.check} finding={finding} domain={domain} />
              ))}
            </ul>
          )
          return (
            <Section key={`${domain} ${host}`} title={domain} description={t('through', { server, host })}>
              {forTests ? (
                <>
                  <Notice>
                    <p>{t('forTests', { domain })}</p>
                    <p>
                      <TextLink href="/settings/mail/new">{mail('servers.add')}</TextLink>
                    </p>
                  </Notice>
                  <details>
                    <summary className="min-h-6 w-fit py-0.5 text-muted text-sm hover:text-ink">
                      {t('allTheSame')}
                    </summary>
                    <div className="mt-3">{list}</div>
                  </details>
                </>
              ) : (
                list
              )}
            </Section>
          )
        })}
        {domains.map((domain, at) => (
          <SigningKeys key={domain} domain={domain} keys={keys[at] ?? []} />
        ))}
      </div>
    </>
  )
}
