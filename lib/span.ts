/** A length of time as it is said: so many of one unit. */
export type Span = { unit: 'minute' | 'hour' | 'day'; count: number }

/** Whole days from two on; else hours, of which a part may be; and minutes where these say it better: 15, 90. */
export function spanOf(minutes: number): Span {
  if (minutes < 120 && minutes !== 60) return { unit: 'minute', count: minutes }
  const hours = minutes / 60
  return hours >= 48 && hours % 24 === 0
    ? { unit: 'day', count: hours / 24 }
    : { unit: 'hour', count: Math.round(hours * 100) / 100 }
}
