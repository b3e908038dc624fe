import type { Refusal } from '@/lib/refusal'
import { one, type SearchParams } from '../../list-address'

/** What a check may be refused with, and what its number is called in the sentence. */
const numbers: Record<string, string> = {
  'import-no-file': '',
  'import-empty': '',
  'import-too-large': '',
  'import-workbook': '',
  'import-no-email': '',
  'import-too-many-lines': 'most',
  'import-unreadable': 'line',
  'too-many-attempts': 'minutes',
}

/** The page with the form, and why it was refused: of all that only a code and a number stand in the address. */
export function refusedAddress({ code, options }: Refusal): string {
  const name = numbers[code]
  if (name === undefined) return '/users/import'
  const number = options.values?.[name]
  return `/users/import?refused=${code}${number === undefined ? '' : `&number=${number}`}`
}

/** Why a check was refused, from an address that anybody may have typed. */
export async function refusedIn(searchParams: SearchParams) {
  const { refused, number } = await searchParams
  const code = one(refused) ?? ''
  const name = Object.hasOwn(numbers, code) ? numbers[code] : undefined
  if (name === undefined) return null
  const value = /^\d{1,7}$/.test(one(number) ?? '') ? Number(one(number)) : 1
  return { code, values: name ? { [name]: value } : {} }
}
