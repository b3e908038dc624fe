/** Two names that differ only in letter case or in spaces at the ends are the same name. */
export const nameKey = (name: string) => name.trim().normalize('NFC').toLowerCase()
