'use client'

import { useTranslations } from 'next-intl'
import { Badge } from '@/components/badge'
import { SubmitButton } from '@/components/button'
import { classNames } from '@/components/class-names'
import { useForm } from '@/components/form-context'
import { linkClasses } from '@/components/looks'
import { Outcome, wrongFields } from '@/components/outcome'
import type { FormState } from '@/lib/form-state'
import type { MailServerOutcome } from './actions'
import { SaveQuestion } from './save-question'
import { testPanelId } from './test-panel'
import type { TestView } from './test-view'

type Props = {
  state: FormState<MailServerOutcome>
  /** How the last test has ended; `running` while it has not */
  test: Pick<TestView, 'result' | 'heading'> | 'running' | null
  /** There is nothing to save: it is declared from outside */
  declared: boolean
}

/** What one does with the form, and how it ended, where it stays in sight. */
export function OutcomeBar({ state, test, declared }: Props) {
  const t = useTranslations('mailSettings')
  const components = useTranslations('components')
  const left = wrongFields(useForm().state).length
  return (
    <div className="sticky bottom-0 z-10 -mx-4 space-y-3 border-line border-t bg-surface px-4 py-3 md:mx-0 md:rounded-lg md:border md:px-5">
      {/* What is wrong with a field goes when the field is mended. */}
      <Outcome state={state} t={components} wrong={left} />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <SubmitButton name="intent" value="test">
          {t('sendTest')}
        </SubmitButton>
        {!declared && (
          <SubmitButton name="intent" value="save" variant="secondary">
            {t('save')}
          </SubmitButton>
        )}
        {test && <LastTest test={test} />}
      </div>
      <SaveQuestion state={state} />
    </div>
  )
}

const tones = { accepted: 'success', failed: 'danger', uncertain: 'warning', cancelled: 'neutral' } as const

function LastTest({ test }: { test: NonNullable<Props['test']> }) {
  const t = useTranslations('mailSettings.test')
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      {test === 'running' ? (
        <span className="text-muted">{t('running')}</span>
      ) : (
        <Badge tone={tones[test.result]}>{test.heading}</Badge>
      )}
      <a href={`#${testPanelId}`} className={classNames(linkClasses, 'min-[75rem]:hidden')}>
        {t('show')}
      </a>
    </span>
  )
}
