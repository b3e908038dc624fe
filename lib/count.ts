// How many there are of something of which there may be any number.

/** `more`: at least so many, and they were not counted further. */
export type Count = { number: number; more: boolean }

/** Nothing is counted further than to one more. */
export const countedTo = 1_000
