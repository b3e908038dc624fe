'use client'

import { ChevronRight } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { SubmitButton } from '@/components/button'
import { TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { findSettingsAction } from './find-settings-action'
import { FoundSettings } from './found-settings'

type Props = {
  /** The server that the form below is about; `new` for a new one. */
  server: string
  /** Names of the presets by their ids. */
  providers: Record<string, string>
}

/** Proposes settings for the form below from an email address. Folded once a server is set up. */
export function FindSettings({ server, providers }: Props) {
  const t = useTranslations('findSettings')
  return (
    <Form
      action={findSettingsAction}
      keepWhenDone
      className="rounded-lg border border-line bg-surface p-5"
      aria-label={t('title')}
    >
      {state => (
        <details className="group/find" open={server === 'new' || state.status !== 'idle'}>
          <summary className="flex min-h-6 cursor-pointer list-none items-center gap-1.5 font-medium text-base [&::-webkit-details-marker]:hidden">
            <ChevronRight
              aria-hidden
              className="size-4 shrink-0 text-muted transition-transform group-open/find:rotate-90"
            />
            {t('title')}
          </summary>
          <div className="mt-4 flex flex-col gap-5">
            <TextField
              name="email"
              label={t('email')}
              help={t('help')}
              inputMode="email"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
            />
            <div>
              <SubmitButton variant="secondary">{t('find')}</SubmitButton>
            </div>
            {state.status === 'done' && state.data && (
              <FoundSettings
                found={state.data}
                typed={state.values?.email?.trim() ?? ''}
                server={server}
                providers={providers}
              />
            )}
          </div>
        </details>
      )}
    </Form>
  )
}
