import { startOfDay } from '@/lib/time-zone'
import type { RuleSettings } from './rule-settings'

/**
 * Until when somebody is not to be disturbed, by the clocks of their zone; null if they are now. Hours may go over
 * midnight; from and to at the same time are none.
 */
export function quietUntil(
  at: Date,
  { quietFrom, quietTo }: Pick<RuleSettings, 'quietFrom' | 'quietTo'>,
  timeZone: string,
): Date | null {
  const from = minutesOf(quietFrom)
  const to = minutesOf(quietTo)
  if (from === null || to === null || from === to) return null
  // From yesterday evening, from today, or until tomorrow morning.
  for (const daysBefore of [1, 0]) {
    const begin = clockAt(at, timeZone, daysBefore, from)
    const end = clockAt(at, timeZone, to > from ? daysBefore : daysBefore - 1, to)
    if (begin <= at && at < end) return end
  }
  return null
}

function minutesOf(clock: string): number | null {
  const [, hours, minutes] = /^(\d\d):(\d\d)$/.exec(clock) ?? []
  return hours && minutes ? Number(hours) * 60 + Number(minutes) : null
}

/** When the clocks of a zone show a time of a day, so many days before the one that a moment lies in. */
function clockAt(at: Date, timeZone: string, daysBefore: number, minutes: number): Date {
  const midnight = startOfDay(at, timeZone, daysBefore)
  const guess = new Date(midnight.getTime() + minutes * 60_000)
  // On the two days of the year on which the clocks are put, so many minutes after midnight it is another time.
  const off = minutes - minutesShown(guess, timeZone)
  return Math.abs(off) > 0 && Math.abs(off) <= 120 ? new Date(guess.getTime() + off * 60_000) : guess
}

function minutesShown(at: Date, timeZone: string): number {
  const [hours = '0', minutes = '0'] = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
    .format(at)
    .split(':')
  return Number(hours) * 60 + Number(minutes)
}
