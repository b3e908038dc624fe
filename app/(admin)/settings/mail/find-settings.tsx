'use client'

import { useTranslations } from 'next-intl'
import { SubmitButton } from '@/components/button'
import { TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { findSettingsAction } from './find-settings-action'
import { FoundSettings } from './found-settings'

/** From the address that mails shall come from to a form that is filled in. */
export function FindSettings() {
  const t = useTranslations('findSettings')
  return (
    <Form action={findSettingsAction} keepWhenDone aria-label={t('title')}>
      {state => (
        <>
          <div className="flex flex-wrap items-start gap-2">
            <div className="min-w-0 flex-1 basis-64">
              <TextField
                name="email"
                label={t('email')}
                help={t('help')}
                inputMode="email"
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
              />
            </div>
            <div className="sm:pt-6.5">
              <SubmitButton variant="secondary">{t('find')}</SubmitButton>
            </div>
          </div>
          {state.status === 'done' && state.data && (
            <FoundSettings found={state.data} typed={state.values?.email?.trim() ?? ''} />
          )}
        </>
      )}
    </Form>
  )
}
