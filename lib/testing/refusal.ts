import { Refusal } from '@/lib/refusal'

/** The code that something is refused with, `done` if it is not; any other error is thrown on. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}
