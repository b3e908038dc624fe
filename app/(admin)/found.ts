import { notFound } from 'next/navigation'
import { z } from 'zod'
import { Refusal } from '@/lib/refusal'

/** What is not there, or not the viewer's, is the page "not found": the two are not told apart. */
export async function found<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof Refusal && (error.code === 'not-allowed' || /-(not-found|gone)$/.test(error.code)))
      notFound()
    throw error
  }
}

/** The id in a page's address, looked at before the database is asked: it takes nothing but UUIDs. */
export async function idIn(params: Promise<{ id: string }>): Promise<string> {
  const { success, data } = z.guid().safeParse((await params).id)
  return success ? data : notFound()
}
