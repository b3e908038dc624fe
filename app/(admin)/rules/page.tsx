import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { moment } from '@/app/moment'
import { LinkButton } from '@/components/button'
import { EmptyState } from '@/components/empty-state'
import { PageHeader } from '@/components/page-header'
import { PassingNotice } from '@/components/passing-notice'
import { Section } from '@/components/section'
import { listStopped } from '@/domain/alarms/mailed-links'
import { listRules } from '@/domain/alarms/rules'
import { ButtonForm } from '../button-form'
import { found } from '../found'
import { one, type SearchParams } from '../list-address'
import { allowMailsAction, changeRulesAction } from './actions'
import { RuleList } from './rule-list'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('rules'))('title') }
}

export default async function RulesPage({ searchParams }: { searchParams: SearchParams }) {
  const viewer = await requireViewer()
  const query = await searchParams
  const tenantId = viewer.tenantId ?? one(query.tenant)
  if (!tenantId) notFound()
  const notice = one(query.notice)
  const [rules, stopped] = await Promise.all([found(listRules(viewer, tenantId)), found(listStopped(viewer))])
  const t = await getTranslations('rules')
  const own = viewer.tenantId ? '' : `?tenant=${tenantId}`
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('text')}
        action={
          <>
            {rules.length > 0 && <LinkButton href={`/rules/try${own}`}>{t('try.title')}</LinkButton>}
            <LinkButton href={`/rules/images${own}`}>{t('images.title')}</LinkButton>
            <LinkButton href={`/rules/new${own}`} variant="primary">
              {t('add')}
            </LinkButton>
          </>
        }
      />
      <div className="space-y-6">
        <PassingNotice shown={notice === 'saved' || notice === 'deleted'} tone="success">
          {t(notice === 'deleted' ? 'deleted' : 'saved')}
        </PassingNotice>
        {rules.length === 0 ? (
          <EmptyState icon="list" title={t('none')}>
            {t('noneText')}
          </EmptyState>
        ) : (
          <RuleList
            action={changeRulesAction}
            rules={rules.map(({ id, name, enabled, problem, settings }) => ({
              id,
              name,
              enabled,
              problem,
              severities: settings.severities,
              recipients: settings.recipients,
            }))}
          />
        )}
        {stopped.length > 0 && (
          <Section title={t('stopped.title')} description={t('stopped.text')}>
            <ul className="space-y-2">
              {
                await Promise.all(
                  stopped.map(async ({ id, address, stoppedAt }) => (
                    <li key={id} className="flex flex-wrap items-center justify-between gap-2 text-sm">
                      <span className="wrap-anywhere">
                        {address} <span className="text-muted">{stoppedAt && (await moment(stoppedAt))}</span>
                      </span>
                      <ButtonForm
                        action={allowMailsAction}
                        values={{ id }}
                        label={t('stopped.allow')}
                        variant="secondary"
                      />
                    </li>
                  )),
                )
              }
            </ul>
          </Section>
        )}
      </div>
    </>
  )
}
