// A view of a list stands in the address bar: what was searched for, which page.

export type SearchParams = Promise<Record<string, string | string[] | undefined>>

export type ListView = { search?: string; page: number }

/** Reads the view from an address that anybody may have typed. */
export async function listView(searchParams: SearchParams): Promise<ListView> {
  const { q, page } = await searchParams
  return {
    // Control characters are no text to PostgreSQL, and nobody looks for them.
    search:
      one(q)
        ?.replace(/\p{Cc}/gu, ' ')
        .trim()
        .slice(0, 200) || undefined,
    page: /^[1-9]\d{0,5}$/.test(one(page) ?? '') ? Number(one(page)) : 1,
  }
}

/** An address with a query; what says nothing is left out. */
export function addressOf(path: string, query: Record<string, string | undefined>): string {
  const said = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]))
  return said.length > 0 ? `${path}?${new URLSearchParams(said)}` : path
}

export const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value)
