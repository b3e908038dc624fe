import { type Count, countedTo } from '@/lib/count'

/** "37", "1,000+" for what was not counted further, and nothing where nothing is known. */
export function countInWords({ number, more }: Count, locale: string): string | undefined {
  if (more && number === 0) return undefined
  const shown = more ? Math.min(number, countedTo) : number
  return `${shown.toLocaleString(locale)}${more ? '+' : ''}`
}
