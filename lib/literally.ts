/** A text for Prisma's `contains`, `startsWith` and `endsWith`, which are LIKE: its signs mean themselves. */
export const literally = (text: string): string => text.replace(/[\\%_]/g, '\\$&')
