// In which zone a moment is told, and how both are written down together.
import { madeOnce } from './made-once'

/** The cookie in which a browser says where it is. Nobody trusts it further than to tell a time. */
export const timeZoneCookie = 'latchkey.zone'

/** The name of a zone in the IANA database, as this machine knows it; null for anything else. */
export function readTimeZone(name: string | null | undefined): string | null {
  if (!name || !/^[A-Za-z][\w+/-]{1,63}$/.test(name)) return null
  const known = zones.get(name)
  if (known !== undefined) return known
  // Anybody may send a name: what is remembered of them stays small.
  if (zones.size === 1_000) zones.clear()
  const read = understood(name)
  zones.set(name, read)
  return read
}

const zones = new Map<string, string | null>()

function understood(name: string): string | null {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return null
  }
}

/** Where this process stands: the zone of an installation whose reader's is not known. */
export const installationTimeZone = (): string =>
  readTimeZone(new Intl.DateTimeFormat('en').resolvedOptions().timeZone) ?? 'UTC'

/** A moment with the zone it is to be told in: `2025-11-24T14:05:00.000Z[Europe/Berlin]` (RFC 9557). */
export const zonedMoment = (date: Date, timeZone: string): string => `${date.toISOString()}[${timeZone}]`

/** Reads what `zonedMoment` writes, and a moment of ISO 8601, which is told in UTC. */
export function readZonedMoment(text: string): { date: Date; timeZone: string } {
  const [, moment = text, zone] = /^(.*)\[(.*)\]$/.exec(text) ?? []
  return { date: new Date(moment), timeZone: readTimeZone(zone) ?? 'UTC' }
}

/** When the day began that a moment lies in, or the one so many days before it, in a zone. */
export function startOfDay(at: Date, timeZone: string, daysBefore = 0): Date {
  const midnight = new Date(wallClock(at, timeZone))
  midnight.setUTCHours(0, 0, 0, 0)
  midnight.setUTCDate(midnight.getUTCDate() - daysBefore)
  return byWallClock(midnight.getTime(), timeZone)
}

/** When a day begins in a zone, or the one so many days after it; null for what is no day. @param day `2025-11-24` */
export function startOfDate(day: string, timeZone: string, daysAfter = 0): Date | null {
  const wall = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(day) : Number.NaN
  return Number.isNaN(wall) ? null : byWallClock(wall + daysAfter * 86_400_000, timeZone)
}

/** When the clocks of a zone show a time, which is given as if it were UTC. */
function byWallClock(wall: number, timeZone: string): Date {
  const offsetAt = (time: number) => wallClock(new Date(time), timeZone) - time
  // What the clock was ahead of UTC then: not quite known before it is known when that was.
  const guess = wall - offsetAt(wall)
  return new Date(wall - offsetAt(guess))
}

/** What the clocks of a zone show, as if it were UTC. */
function wallClock(at: Date, timeZone: string): number {
  const parts = clockOf(timeZone).formatToParts(at)
  const part = (wanted: string) => Number(parts.find(({ type }) => type === wanted)?.value)
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
}

const clockOf = madeOnce(
  (timeZone: string) =>
    new Intl.DateTimeFormat('en', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    }),
)
