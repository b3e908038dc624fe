'use server'

import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import type { Seen } from '@/components/meanwhile'
import { changeSettings, factsOf, InstallationFields } from '@/domain/settings/installation'
import { openedField } from '@/lib/meanwhile'
import { ruleWord } from '../password-rules/rule-words'
import { saveUnlessChanged } from '../save-unless-changed'

const Settings = z.object({ opened: openedField, ...InstallationFields })

/** Saves what is set for the installation. */
export const saveSettingsAction = viewerAction<typeof Settings, Seen>(
  Settings,
  async (viewer, { opened, ...settings }) => {
    const t = await getTranslations('settings')
    const languages = await getTranslations('users.languages')
    return saveUnlessChanged(
      factsOf(settings),
      async () => factsOf(await changeSettings(viewer, settings, opened)),
      {
        message: t('done'),
        words: async (field, value) => ({
          label: t(field),
          word:
            field === 'locale'
              ? languages(value)
              : field === 'disposable'
                ? t(`disposables.${value}`)
                : field === 'signInAs'
                  ? t(`signInAsChoices.${value}`)
                  : await ruleWord(field, value),
        }),
      },
    )
  },
)
