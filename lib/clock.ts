let offset = 0

/** The time that every rule of the domain goes by. */
export const now = (): Date => new Date(Date.now() + offset)

/** `minutes` from now. */
export const inMinutes = (minutes: number): Date => new Date(now().getTime() + minutes * 60_000)

/** For tests: set the domain's clock ahead by so many milliseconds; 0 sets it right. */
export const setClockAhead = (milliseconds: number): void => {
  offset = milliseconds
}

/** How far a test has set it ahead, in milliseconds. */
export const clockAhead = (): number => offset
