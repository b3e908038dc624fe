// What an event has changed, line by line.

export type ChangeLine = { field: string; before?: string; after?: string }

/** Each value that differs, by its name; of settings within settings by both: `proxy.host`. */
export function changeLines(before: unknown, after: unknown): ChangeLine[] {
  const [old, now] = [valuesOf(before), valuesOf(after)]
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter(field => old.get(field) !== now.get(field))
    .map(field => ({ field, before: old.get(field), after: now.get(field) }))
}

function valuesOf(value: unknown, name = ''): Map<string, string> {
  if (value === null || value === undefined || value === '') return new Map()
  if (Array.isArray(value)) return new Map([[name, value.map(textOf).join(', ')]])
  if (typeof value !== 'object') return new Map([[name, textOf(value)]])
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [...valuesOf(inner, name ? `${name}.${key}` : key)]),
  )
}

const textOf = (value: unknown) =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
