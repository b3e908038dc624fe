// How long attempts took and mails waited, sorted into classes: what charts and metrics are made of.

/** Upper bounds of the classes in seconds. The last one takes everything. */
export const bounds = [
  0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400, 1e9,
] as const

/** The class that a time in milliseconds belongs to, by its upper bound in seconds. */
export const boundOf = (milliseconds: number): number =>
  bounds.find(bound => milliseconds <= bound * 1000) ?? 1e9
