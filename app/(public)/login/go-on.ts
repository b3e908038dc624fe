import { keepPending } from '@/app/auth'
import { FactorWanted, MoreWanted } from '@/domain/accounts/pending-sign-in'
import { seeOther } from '../public-page'

/** A page of the sign-in, which leads on to where somebody wanted to go. */
export const stepOf = (page: string, next: string) =>
  next === '/' ? page : `${page}${page.includes('?') ? '&' : '?'}next=${encodeURIComponent(next)}`

/** Does a step of the sign-in, and leads to where it goes on: to the next question, or to where somebody wanted to go. */
export async function goOn(next: string, step: () => Promise<void>): Promise<Response> {
  try {
    await step()
  } catch (error) {
    if (!(error instanceof MoreWanted)) throw error
    await keepPending(error)
    return seeOther(stepOf(error instanceof FactorWanted ? '/login/factor' : '/login/new-password', next))
  }
  return seeOther(next)
}
