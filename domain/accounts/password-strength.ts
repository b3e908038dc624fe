// Passwords that an attacker tries first. Everything is worked out here: no password is asked about outside.
import type { ZxcvbnFactory } from '@zxcvbn-ts/core'

/** Of what is longer only the beginning is looked at: the time it takes grows faster than the length. */
const lookedAt = 64

/**
 * So many guesses in the best order a password must outlast: a hundred hours of all that strangers get at an account
 * (see attempts.ts).
 */
const guesses = 10_000
/** And so many, where most of it is what everybody knows of its owner. */
const guessesOfOwner = 100_000_000

/**
 * Why a password is not to be chosen, or null: it is common, or made of what is known of its owner (NIST SP
 * 800-63B-4 §3.1.1.2). No kinds of signs are asked for.
 * @param known words of the owner: name, address, the name of the site
 */
export async function weaknessOf(
  password: string,
  known: string[],
): Promise<'password-common' | 'password-guessable' | null> {
  estimator ??= loadEstimator()
  const words = known
    .flatMap(word => [word, ...word.split(/[^\p{L}\p{N}]+/u)])
    .filter(word => word.length > 2)
  const found = (await estimator).check(password.slice(0, lookedAt), words)
  if (found.guesses < guesses) return 'password-common'
  const own = found.sequence
    .filter(part => 'dictionaryName' in part && part.dictionaryName === 'userInputs')
    .reduce((sum, { token }) => sum + token.length, 0)
  return own * 2 >= Math.min(password.length, lookedAt) && found.guesses < guessesOfOwner
    ? 'password-guessable'
    : null
}

let estimator: Promise<ZxcvbnFactory> | undefined

/** Loaded with the first password that is chosen: most processes never see one. */
async function loadEstimator(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ])
  return new ZxcvbnFactory({ graphs: adjacencyGraphs, dictionary })
}
