import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { PageHeader } from '@/components/page-header'
import { readMapping } from '@/domain/alarms/mapping'
import { found } from '../../found'
import { mappingAction } from './actions'
import { MappingForm } from './mapping-form'

const example = {
  expression: `events.{
  "originator": device.name,
  "type": problem,
  "severity": $lookup({"1": "critical", "2": "major"}, $string(level)),
  "status": ended ? "cleared" : "active",
  "startedAt": at,
  "details": $
}`,
  sample: `{"events": [{"device": {"name": "Pump 3"}, "problem": "Pressure low", "level": 2, "at": 1767225600}]}`,
}

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('alarms.mapping'))('title') }
}

export default async function MappingPage() {
  const viewer = await requireViewer()
  if (viewer.role !== 'tenant_administrator') notFound()
  const expression = await found(readMapping(viewer))
  const t = await getTranslations('alarms')
  return (
    <div className="max-w-form">
      <PageHeader
        title={t('mapping.title')}
        description={t('mapping.text')}
        back={{ href: '/alarms', label: t('title') }}
      />
      <MappingForm
        action={mappingAction}
        expression={expression}
        example={example}
        labels={{
          expression: t('mapping.expression'),
          expressionHelp: t('mapping.expressionHelp'),
          sample: t('mapping.sample'),
          sampleHelp: t('mapping.sampleHelp'),
          save: t('mapping.save'),
          preview: t('mapping.preview'),
          result: t('mapping.result'),
        }}
      />
    </div>
  )
}
