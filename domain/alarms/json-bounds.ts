// What of a JSON value that anybody may have made is too much, or has no place in the database.

import { Refusal } from '@/lib/refusal'

/** Reads JSON that was typed into a field. @throws Refusal alarm-json-invalid at the field */
export function readTypedJson(text: string, field: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Refusal('alarm-json-invalid', { field, values: { detail: (error as Error).message } })
  }
}

export type Problem = { code: string; detail: string }

type Bounds = { bytes: number; depth: number; values: number }

type Place = { value: unknown; level: number; key: string | null; of: Place | null }

/**
 * The first thing that is wrong with a value, and where; null if nothing is. Goes through it without recursion: a value
 * of any depth is looked at no further than its bound. Where something is, is worked out for what is wrong alone.
 */
export function problemIn(value: unknown, { bytes, depth, values }: Bounds): Problem | null {
  const open: Place[] = [{ value, level: 0, key: null, of: null }]
  let size = 0
  let seen = 0
  for (let at = open.pop(); at; at = open.pop()) {
    seen += 1
    if (at.level > depth)
      return { code: 'too-deep', detail: `${placeOf(at)}: more than ${depth} levels deep` }
    if (seen > values) return tooMany(at, values)
    const { value: here } = at
    if (typeof here === 'string') {
      if (isUnstorable(here))
        return { code: 'text-invalid', detail: `${placeOf(at)}: U+0000 or half of a surrogate pair` }
      size += Buffer.byteLength(here)
    } else if (typeof here === 'object' && here !== null) {
      const list = Array.isArray(here)
      for (const key of Object.keys(here)) {
        if (!list && isUnstorable(key))
          return {
            code: 'text-invalid',
            detail: `${placeOf(at)}: U+0000 or half of a surrogate pair in a name`,
          }
        size += list ? 1 : Buffer.byteLength(key)
        const inner = (here as Record<string, unknown>)[key]
        open.push({ value: inner, level: at.level + 1, key, of: at })
        if (open.length > values) return tooMany(at, values)
      }
    } else size += 8
    if (size > bytes)
      return { code: 'too-large', detail: `${placeOf(at)}: more than ${Math.round(bytes / 1024)} kB` }
  }
  return null
}

const tooMany = (at: Place, values: number): Problem => ({
  code: 'too-many-values',
  detail: `${placeOf(at)}: more than ${values} values`,
})

/** `details.a[1]`; what is too long to be told in full is named by its beginning. */
function placeOf(place: Place): string {
  const keys: string[] = []
  for (let at: Place | null = place; at?.of; at = at.of)
    keys.push(Array.isArray(at.of.value) ? `[${at.key}]` : `.${short(at.key ?? '')}`)
  return keys.reverse().join('').replace(/^\./, '').slice(0, 200) || 'the alarm'
}

const short = (key: string) => (key.length > 40 ? `${key.slice(0, 40)}…` : key)

const isUnstorable = (text: string) => text.includes('\0') || !text.isWellFormed()
