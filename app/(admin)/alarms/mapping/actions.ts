'use server'

import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { readTypedJson } from '@/domain/alarms/json-bounds'
import { previewMapping, saveMapping } from '@/domain/alarms/mapping'

const Mapping = z.object({
  expression: z.string().trim(),
  sample: z.string().default(''),
  intent: z.enum(['save', 'preview']).default('save'),
})

/** Keeps a mapping, or shows what it makes of the sample. */
export const mappingAction = viewerAction<typeof Mapping, string>(
  Mapping,
  async (viewer, { expression, sample, intent }) => {
    const t = await getTranslations('alarms.mapping')
    if (intent === 'save') {
      await saveMapping(viewer, expression)
      return { message: t('saved') }
    }
    const made = await previewMapping(viewer, expression, readTypedJson(sample, 'sample'))
    return {
      message: t('previewed', { count: made.alarms.length, rejected: made.rejected.length }),
      data: JSON.stringify(made, null, 2),
    }
  },
)
