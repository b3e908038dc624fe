/** For how many days a key may be made; 0 for ever. */
export const keyDays = [90, 30, 365, 0] as const
