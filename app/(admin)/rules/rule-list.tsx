'use client'

import { useTranslations } from 'next-intl'
import { Badge } from '@/components/badge'
import { SubmitButton } from '@/components/button'
import { Form, type FormAction } from '@/components/form'
import { TextLink } from '@/components/text-link'

type Listed = {
  id: string
  name: string
  enabled: boolean
  problem: string | null
  severities: string[]
  recipients: string[]
}

/** The rules in their order, each with what is done to it. */
export function RuleList({ action, rules }: { action: FormAction; rules: Listed[] }) {
  const t = useTranslations('rules')
  return (
    <Form action={action}>
      <ol className="divide-y divide-line rounded-lg border border-line bg-surface">
        {rules.map(({ id, name, enabled, problem, severities, recipients }, index) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-5 py-3">
            <div className="min-w-0 flex-1 basis-64 space-y-0.5">
              <p className="flex flex-wrap items-center gap-2 text-sm">
                <span className="text-muted">{index + 1}.</span>
                <TextLink href={`/rules/${id}`}>{name}</TextLink>
                {!enabled && <Badge tone="warning">{t('off')}</Badge>}
                {problem && <Badge tone="danger">{t('hasProblem')}</Badge>}
              </p>
              <p className="truncate text-muted text-sm">
                {severities.length > 0
                  ? severities.map(severity => t(`severities.${severity}`)).join(', ')
                  : t('allSeverities')}
                {' → '}
                {recipients.join(', ')}
              </p>
            </div>
            <div className="flex flex-wrap gap-1.5">
              <SubmitButton
                name="change"
                value={`up ${id}`}
                variant="quiet"
                aria-label={t('move.up', { name })}
                disabled={index === 0}
              >
                ↑
              </SubmitButton>
              <SubmitButton
                name="change"
                value={`down ${id}`}
                variant="quiet"
                aria-label={t('move.down', { name })}
                disabled={index === rules.length - 1}
              >
                ↓
              </SubmitButton>
              <SubmitButton
                name="change"
                value={`${enabled ? 'disable' : 'enable'} ${id}`}
                variant="secondary"
              >
                {t(enabled ? 'disable' : 'enable')}
              </SubmitButton>
            </div>
          </li>
        ))}
      </ol>
    </Form>
  )
}
