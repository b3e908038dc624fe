import { getTranslations } from 'next-intl/server'

type Problem = { problem: string | null; detail: string | null }

/** Says what is wrong with a line. */
export async function problemWords() {
  const t = await getTranslations('users.import.problems')
  return ({ problem, detail }: Problem): string => {
    if (!problem) return ''
    return t(t.has(problem) ? problem : 'other', { detail: detail ?? '' })
  }
}
