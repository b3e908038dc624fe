// When something happened, in the ways in which programs write that.

/** Before and after these nothing is a moment of an alarm: a zero time, or seconds taken for milliseconds. */
const earliest = Date.UTC(2000, 0, 1)
const latest = Date.UTC(2100, 0, 1)

/** ISO 8601 and RFC 3339: a date, or a date and a time with or without its zone. */
const iso = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?\s?(?:Z|[+-]\d\d:?\d\d|[+-]\d\d)?)?$/i

/**
 * Reads ISO 8601 (without a zone it is UTC), and seconds, milliseconds, microseconds or nanoseconds since 1970 as a
 * number or as digits. @returns null for anything else, and for what lies outside this century
 */
export function readMoment(value: string | number): Date | null {
  const text = String(value).trim()
  const time = /^\d{1,19}(?:\.\d+)?$/.test(text) ? sinceEpoch(Number(text)) : ofIso(text)
  return time >= earliest && time < latest ? new Date(time) : null
}

/** Which unit it is its size tells: in this century no two overlap. */
function sinceEpoch(number: number): number {
  if (number < 1e11) return Math.round(number * 1_000)
  if (number < 1e14) return Math.round(number)
  return Math.round(number < 1e17 ? number / 1e3 : number / 1e6)
}

function ofIso(text: string): number {
  if (!iso.test(text)) return Number.NaN
  const [date = '', clock = ''] = text
    .toUpperCase()
    .replace(',', '.')
    .split(/[T ](.*)/s)
  if (!clock) return Date.parse(date)
  const [, time = '', zone = ''] = /^([\d:.]+)\s?(.*)$/.exec(clock) ?? []
  const offset = zone === '' ? 'Z' : zone.replace(/^([+-]\d\d):?(\d\d)?$/, (_, h, m = '00') => `${h}:${m}`)
  return Date.parse(`${date}T${time.replace(/(\.\d{3})\d+$/, '$1')}${offset}`)
}
