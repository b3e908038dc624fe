'use client'

import { useTranslations } from 'next-intl'
import { SubmitButton } from '@/components/button'
import { Form, type FormAction } from '@/components/form'
import type { Tried } from '../actions'
import { Trials } from '../trials'
import { type AlarmChoice, TriedAlarmFields } from '../tried-alarm-fields'

type Props = { action: FormAction<Tried>; alarms: AlarmChoice[]; chosen?: string; tenantId?: string }

/** Tries all rules on one alarm. */
export function TryForm({ action, alarms, chosen, tenantId }: Props) {
  const t = useTranslations('rules.try')
  return (
    <Form action={action} keepWhenDone>
      {state => (
        <>
          {tenantId && <input type="hidden" name="tenantId" value={tenantId} />}
          <TriedAlarmFields alarms={alarms} chosen={chosen} />
          <SubmitButton>{t('submitAll')}</SubmitButton>
          {state.status === 'done' && state.data && <Trials tried={state.data} />}
        </>
      )}
    </Form>
  )
}
