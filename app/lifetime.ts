import type { createTranslator } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { lifetimeMinutes } from '@/domain/settings/lifetimes'
import { spanOf } from '@/lib/span'

/** The words of a lifetime in hours: "15 minutes", "one hour", "3 days". @param t the texts of `lifetime` */
export const lifetimeIn = (t: ReturnType<typeof createTranslator>, hours: number): string =>
  t('span', spanOf(lifetimeMinutes(hours)))

/** The same in the words of whoever looks at the page. */
export const lifetimeWords = async (hours: number): Promise<string> =>
  lifetimeIn((await getTranslations('lifetime')) as never, hours)
