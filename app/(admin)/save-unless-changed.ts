import { getTranslations } from 'next-intl/server'
import type { Seen } from '@/components/meanwhile'
import { ChangedMeanwhile, type Facts } from '@/lib/meanwhile'

/** What a field is called, and one of its values, in the viewer's words. */
type Words = (field: string, value: string) => Promise<{ label: string; word: string }>

/**
 * Saves a form that others may have saved meanwhile, see `components/meanwhile.tsx`.
 * @param typed what is to be saved @param save gives what the thing holds then
 */
export async function saveUnlessChanged(
  typed: Facts,
  save: () => Promise<Facts>,
  { message, words }: { message: string; words: Words },
): Promise<{ status?: 'refused'; message: string; data: Seen }> {
  try {
    return { message, data: { opened: await save(), differing: [] } }
  } catch (error) {
    if (!(error instanceof ChangedMeanwhile)) throw error
    const { changed, current } = error
    const differing = await Promise.all(
      changed.map(async field => {
        const { label, word: theirs } = await words(field, current[field] ?? '')
        const { word: yours } = await words(field, typed[field] ?? '')
        return { label, yours, theirs }
      }),
    )
    const t = await getTranslations('refusals')
    return { status: 'refused', message: t(error.code), data: { opened: current, differing } }
  }
}
