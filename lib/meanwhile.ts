// Two people, or two tabs, with the same form. What a form was opened with comes back with it, so whoever saves over
// a newer change is told which fields somebody else has changed, and to what. No column has to count changes: a change
// that nobody remembers to count would be lost.
import { z } from 'zod'
import { Refusal } from './refusal'

/** The fields of a form by their names, as the form has them. */
export type Facts = Record<string, string>

/** The field with which a form says what it was opened with. */
export const openedName = 'opened'

/** What a form was opened with; of one that does not say so nothing is known. */
export const openedField = z
  .string()
  .default('')
  .transform((text): Facts => {
    try {
      return z.record(z.string(), z.string()).parse(JSON.parse(text))
    } catch {
      return {}
    }
  })

/** Somebody else has changed what a form would write over. */
export class ChangedMeanwhile extends Refusal {
  constructor(
    /** What is there now */
    readonly current: Facts,
    /** The fields in which it differs from what was to be saved */
    readonly changed: string[],
  ) {
    super('changed-meanwhile')
  }
}

/**
 * Lets nothing be saved over what has changed since the form was opened, unless it comes to the same.
 * @param opened nothing for whoever saves without having looked @throws ChangedMeanwhile
 */
export function refuseChangedMeanwhile(opened: Facts | undefined, toSave: Facts, current: Facts): void {
  if (!opened) return
  const changed = Object.keys(toSave).filter(
    field => current[field] !== opened[field] && current[field] !== toSave[field],
  )
  if (changed.length > 0) throw new ChangedMeanwhile(current, changed)
}
