import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { Badge } from '@/components/badge'
import { Button } from '@/components/button'
import { DescriptionList } from '@/components/description-list'
import { PageHeader } from '@/components/page-header'
import { RelativeTime } from '@/components/relative-time'
import { Section } from '@/components/section'
import { Table, Td, Th, Tr } from '@/components/table'
import { TextLink } from '@/components/text-link'
import { longestFile, mostLines } from '@/domain/accounts/import-check'
import { importColumns } from '@/domain/accounts/import-columns'
import { recentImports } from '@/domain/accounts/user-import'
import { FileForm } from '../../file-form'
import { found } from '../../found'
import type { SearchParams } from '../../list-address'
import { stateOf, toneOf } from './import-state'
import { refusedIn } from './refused-address'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('users.import'))('title') }
}

const sample = `email,firstName,lastName,role,tenant,customer,language
anna@example.org,Anna,Müller,customer user,Acme,North plant,de
ben@example.org,Ben,Smith,tenant administrator,Acme,,en`

const sampleOfTenant = `email,firstName,lastName,customer,language
anna@example.org,Anna,Müller,North plant,de
ben@example.org,Ben,Smith,South plant,en`

export default async function ImportPage({ searchParams }: { searchParams: SearchParams }) {
  const viewer = await requireViewer()
  const files = await found(recentImports(viewer))
  const t = await getTranslations('users.import')
  const words = await getTranslations('users')
  const locale = await getLocale()
  const now = new Date()
  const refused = await refusedIn(searchParams)
  const error = refused ? (await getTranslations('refusals'))(refused.code, refused.values) : undefined
  const ofTenant = viewer.role === 'tenant_administrator'
  const explained = {
    email: t('columns.required'),
    firstName: t('columns.name'),
    lastName: t('columns.name'),
    role: ofTenant ? t('columns.roleOfTenant') : t('columns.role'),
    tenant: ofTenant ? t('columns.tenantOfTenant') : t('columns.tenant'),
    customer: t('columns.customer'),
    language: t('columns.language'),
  }
  return (
    <div className="max-w-form space-y-6">
      <PageHeader
        title={t('title')}
        description={t('text')}
        back={{ href: '/users', label: words('title') }}
      />
      <FileForm
        action="/users/import/check"
        label={t('file')}
        help={t('fileHelp', { megabytes: longestFile / 1024 / 1024, lines: mostLines })}
        accept=".csv,.txt,.tsv,text/csv,text/plain"
        error={error}
      >
        <Button type="submit" variant="primary">
          {t('check')}
        </Button>
      </FileForm>
      <Section title={t('columns.title')} description={t('columns.text')}>
        <DescriptionList
          items={importColumns.map(column => ({
            term: column,
            value: explained[column],
          }))}
        />
        <figure className="space-y-1.5 text-sm">
          <figcaption className="text-muted">{t('columns.sample')}</figcaption>
          {/* It is wider than a phone, and reached from the keyboard. */}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it too */}
          <pre tabIndex={0} className="overflow-x-auto rounded-md bg-sunken p-3 text-xs">
            {ofTenant ? sampleOfTenant : sample}
          </pre>
        </figure>
      </Section>
      {files.length > 0 && (
        <section aria-label={t('recent.title')} className="space-y-2">
          <h2 className="font-medium text-base">{t('recent.title')}</h2>
          <Table
            label={t('recent.title')}
            head={
              <>
                <Th>{t('recent.file')}</Th>
                <Th>{t('recent.state')}</Th>
                <Th>{t('recent.at')}</Th>
              </>
            }
          >
            {files.map(file => (
              <Tr key={file.id}>
                <Td clip>
                  <TextLink href={`/users/import/${file.id}`}>{file.fileName}</TextLink>
                </Td>
                <Td label={t('recent.state')}>
                  <Badge tone={toneOf[stateOf(file)]}>{t(`recent.${stateOf(file)}`)}</Badge>
                </Td>
                <Td label={t('recent.at')}>
                  <RelativeTime date={file.startedAt} now={now} locale={locale} />
                </Td>
              </Tr>
            ))}
          </Table>
        </section>
      )}
    </div>
  )
}
