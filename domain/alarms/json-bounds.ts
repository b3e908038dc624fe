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

/**
 * The first thing that is wrong with a value, and where; null if nothing is. Goes through it without recursion: a value
 * of any depth is looked at no further than its bound.
 */
export function problemIn(value: unknown, { bytes, depth, values }: Bounds): Problem | null {
  const open: { value: unknown; path: string; level: number }[] = [{ value, path: '', level: 0 }]
  let size = 0
  let seen = 0
  for (let next = open.pop(); next; next = open.pop()) {
    const { path, level } = next
    const at = path || 'the alarm'
    seen += 1
    if (level > depth) return { code: 'too-deep', detail: `${at}: more than ${depth} levels deep` }
    if (seen > values) return { code: 'too-many-values', detail: `${at}: more than ${values} values` }
    if (typeof next.value === 'string') {
      if (isUnstorable(next.value))
        return { code: 'text-invalid', detail: `${at}: U+0000 or half of a surrogate pair` }
      size += Buffer.byteLength(next.value)
    } else if (typeof next.value === 'object' && next.value !== null) {
      const list = Array.isArray(next.value)
      for (const [key, inner] of Object.entries(next.value)) {
        if (!list && isUnstorable(key))
          return { code: 'text-invalid', detail: `${at}: U+0000 or half of a surrogate pair in a name` }
        size += list ? 1 : Buffer.byteLength(key)
        const place = list ? `${path}[${key}]` : path ? `${path}.${short(key)}` : short(key)
        // What is too long to be told in full is named by its beginning.
        open.push({ value: inner, path: place.slice(0, 200), level: level + 1 })
        if (open.length > values)
          return { code: 'too-many-values', detail: `${at}: more than ${values} values` }
      }
    } else size += 8
    if (size > bytes) return { code: 'too-large', detail: `${at}: more than ${Math.round(bytes / 1024)} kB` }
  }
  return null
}

const short = (key: string) => (key.length > 40 ? `${key.slice(0, 40)}…` : key)

const isUnstorable = (text: string) => /[\0\p{Cs}]/u.test(text)
