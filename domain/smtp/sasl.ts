// What every way to sign in has in common (RFC 4954): which mechanism to take, and how its response is sent.
import { decided, SubmissionError } from './failure'
import { refusesMechanism } from './replies-login'
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
  let refusal: SubmissionError | undefined
  for (const mechanism of mechanisms) {
    const reply = await attempt(mechanism).catch(error => {
      // Some servers leave after a refusal. Then the refusal is what there is to tell.
      throw refusal && error instanceof SubmissionError && error.failure.kind === 'closed' ? refusal : error
    })
    if (isConsent(reply)) return mechanism
    refusal = new SubmissionError({ kind: 'reply', reply })
    // Offered by mistake: the next one may do.
    if (!refusesMechanism(reply)) break
  }
  throw refusal
}

/** RFC 5321 §4.3.2: the first digit decides. */
const isConsent = ({ code }: Reply) => code >= 200 && code < 300

/** Sends AUTH with its response, in one line or two. Nothing of the response reaches the transcript. */
export async function respond(wire: Wire, mechanism: string, response: string): Promise<Reply> {
  const command = `AUTH ${mechanism} ${response}`
  if (command.length <= longestCommand) return wire.command(command, `AUTH ${mechanism} ••••`)
  const reply = await wire.command(`AUTH ${mechanism}`)
  return reply.code === 334 ? wire.command(response, '••••') : reply
}

export const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64')
