import { RateLimiterPrisma, RateLimiterRes } from 'rate-limiter-flexible'
import { db } from './db'

export type Limit = { name: string; points: number; seconds: number }

/**
 * Counts one attempt against a limit, on the database, so that all nodes count together.
 * @returns 0 when the attempt may go on, else the seconds to wait
 */
export async function countAttempt(limit: Limit, key: string): Promise<number> {
  try {
    await limiter(limit).consume(key)
    return 0
  } catch (rejection) {
    if (rejection instanceof RateLimiterRes) return Math.max(1, Math.ceil(rejection.msBeforeNext / 1000))
    throw rejection
  }
}

/** Takes one attempt back: it turned out to be a good one. */
export async function takeBackAttempt(limit: Limit, key: string): Promise<void> {
  await limiter(limit).reward(key)
}

/** Forgets all attempts of a key: whoever proved to be the owner starts anew. */
export async function forgetAttempts(limit: Limit, key: string): Promise<void> {
  await limiter(limit).delete(key)
}

const limiter = ({ name, points, seconds }: Limit) =>
  new RateLimiterPrisma({
    storeClient: db(),
    tableName: 'rateLimit',
    keyPrefix: name,
    points,
    duration: seconds,
    clearExpiredByTimeout: false,
  })
