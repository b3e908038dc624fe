import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { moment } from '@/app/moment'
import { Badge } from '@/components/badge'
import { Notice } from '@/components/notice'
import { PageHeader } from '@/components/page-header'
import { Section } from '@/components/section'
import { readRule } from '@/domain/alarms/rules'
import { DeleteForm } from '../../delete-form'
import { found, idIn } from '../../found'
import { deleteRuleAction } from '../actions'
import { RuleEditor } from '../rule-page'
import { valuesOf } from '../rule-values'

type Props = { params: Promise<{ id: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await found(readRule(await requireViewer(), await idIn(params)))).name }
}

export default async function RulePage({ params }: Props) {
  const viewer = await requireViewer()
  const rule = await found(readRule(viewer, await idIn(params)))
  const t = await getTranslations('rules')
  return (
    <div className="max-w-form">
      <PageHeader
        title={rule.name}
        badge={!rule.enabled && <Badge tone="warning">{t('off')}</Badge>}
        back={{ href: viewer.tenantId ? '/rules' : `/rules?tenant=${rule.tenantId}`, label: t('title') }}
      />
      <div className="space-y-6">
        {rule.problem && rule.problemAt && (
          <Notice tone="warning" title={t(`try.problems.${rule.problem}`)}>
            {rule.problemDetail && <p>{rule.problemDetail}</p>}
            <p>{t('problemAt', { at: await moment(rule.problemAt) })}</p>
          </Notice>
        )}
        <RuleEditor viewer={viewer} rule={valuesOf(rule)} tenantId={rule.tenantId} />
        <Section title={t('delete.title')} danger>
          <DeleteForm
            action={deleteRuleAction}
            name="ruleId"
            id={rule.id}
            labels={{
              submit: t('delete.submit'),
              question: t('delete.question', { name: rule.name }),
              explanation: t('delete.loss'),
            }}
          />
        </Section>
      </div>
    </div>
  )
}
