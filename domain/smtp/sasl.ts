// What every way to sign in has in common (RFC 4954): which mechanism to take, and how its response is sent.
import { decided, SubmissionError } from './failure'
import type { Reply, Wire } from './wire'

/** RFC 4954 §4: an initial response that makes the line longer than this is sent in a second step. */
const longestCommand = 510

/** Those of the usable mechanisms that are offered, best first. Rejects with `auth-mechanism` if there is none. */
export function choose<Mechanism extends string>(
  usable: readonly Mechanism[],
  offered: string[],
): Mechanism[] {
  const mechanisms = usable.filter(name => offered.includes(name))
  if (mechanisms.length === 0) throw decided('auth-mechanism', { mechanisms: offered.join(', ') })
  return mechanisms
}

/**
 * Tries the offered mechanisms, and returns the one that let us in. Rejects with the server's refusal, or
 * with `auth-mechanism`: a mail must never leave unauthenticated by accident.
 */
export async function tryEach<Mechanism extends string>(
  usable: readonly Mechanism[],
  offered: string[],
  attempt: (mechanism: Mechanism) => Promise<Reply>,
): Promise<Mechanism> {
  const mechanisms = choose(usable, offered)
  for (const mechanism of mechanisms) {
    const reply = await attempt(mechanism)
    if (reply.code === 235) return mechanism
    // "Mechanism not recognised": offered by mistake. Any other refusal is about the credentials, and a
    // second try with them would only bring the account nearer to being locked.
    const last = mechanism === mechanisms.at(-1)
    if (reply.code !== 504 || last) throw new SubmissionError({ kind: 'reply', reply })
  }
  throw decided('auth-mechanism', { mechanisms: offered.join(', ') })
}

/** Sends AUTH with its response, in one line or two. Nothing of the response reaches the transcript. */
export async function respond(wire: Wire, mechanism: string, response: string): Promise<Reply> {
  const command = `AUTH ${mechanism} ${response}`
  if (command.length <= longestCommand) return wire.command(command, `AUTH ${mechanism} ••••`)
  const reply = await wire.command(`AUTH ${mechanism}`)
  return reply.code === 334 ? wire.command(response, '••••') : reply
}

export const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64')
