import { bounds } from '@/domain/outbox/tally'

/** How many fell into each class of `bounds`, by the class's upper bound in seconds. */
export type Classes = Map<number, number>

/**
 * The time in seconds that a share `q` of all stayed below, taken to lie evenly within its class; null
 * of nothing. What took longer than the last bound that means something counts as that bound.
 */
export function quantile(classes: Classes, q: number): number | null {
  const total = [...classes.values()].reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  let below = 0
  for (const [index, bound] of bounds.entries()) {
    const count = classes.get(bound) ?? 0
    if (count > 0 && below + count >= q * total) {
      const lower = bounds[index - 1] ?? 0
      return index === bounds.length - 1 ? lower : lower + ((bound - lower) * (q * total - below)) / count
    }
    below += count
  }
  return bounds.at(-2) ?? null
}

/** Several sets of classes as one. */
export function merged(sets: Iterable<Classes>): Classes {
  const sum: Classes = new Map()
  for (const classes of sets)
    for (const [bound, count] of classes) sum.set(bound, (sum.get(bound) ?? 0) + count)
  return sum
}
