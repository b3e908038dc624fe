// For how long links work. People set it in hours, of which a part may be; it is kept in minutes.
import { z } from 'zod'

const shortest = 15
const longest = 30 * 24 * 60

/** A lifetime in hours as somebody types it, with a point or a comma, from a quarter of an hour to 30 days. */
export const lifetimeField = z
  .string()
  .trim()
  .regex(/^\d{0,4}(?:[.,]\d{0,4})?$/, 'lifetime-hours')
  .transform(text => Math.round(Number(text.replace(',', '.')) * 60))
  .refine(minutes => minutes >= shortest && minutes <= longest, 'lifetime-hours')
  .transform(minutes => inHours(minutes))

/** Two places are enough to find the minute again. */
const inHours = (minutes: number): number => Math.round((minutes / 60) * 100) / 100

/** The minutes of so many hours. */
export const lifetimeMinutes = (hours: number): number => Math.round(hours * 60)

type Columns = { activationHours: number; activationMinutes: number | null; resetMinutes: number }

/** What the row holds of them. */
export const lifetimesOf = ({ activationHours, activationMinutes, resetMinutes }: Columns) => ({
  // Where they do not agree, an older node has changed the hours since.
  activationHours:
    activationMinutes !== null && fullHours(activationMinutes) === activationHours
      ? inHours(activationMinutes)
      : activationHours,
  resetHours: inHours(resetMinutes),
})

/** The columns of lifetimes in hours. Older nodes know no less than one. */
export function lifetimeColumns(hours: { activationHours: number; resetHours: number }): Columns {
  const activationMinutes = lifetimeMinutes(hours.activationHours)
  return {
    activationHours: fullHours(activationMinutes),
    activationMinutes,
    resetMinutes: lifetimeMinutes(hours.resetHours),
  }
}

const fullHours = (minutes: number) => Math.ceil(minutes / 60)
