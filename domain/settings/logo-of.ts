import type { Installation as Row } from '@/generated/prisma/client'

/** What a page needs to know of the logo: its address changes with what it shows. */
export type Logo = { hash: string; width: number; height: number }

/** That of the row of the settings. */
export function logoOf(row: Row | null): Logo | null {
  if (!row?.logoHash || !row.logoWidth || !row.logoHeight) return null
  return { hash: row.logoHash, width: row.logoWidth, height: row.logoHeight }
}
