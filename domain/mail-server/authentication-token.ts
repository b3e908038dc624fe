// SASL with an access token: XOAUTH2, as Google made it and Microsoft took it over, and OAUTHBEARER (RFC 7628).
import { decided, SubmissionError } from './failure'
import type { SubmissionRecord } from './record'
import type { Reply, Wire } from './wire'

/** XOAUTH2 first: servers that have both were built with it, and some have it alone. */
const usable = ['XOAUTH2', 'OAUTHBEARER'] as const
type Mechanism = (typeof usable)[number]

/** Who signs in, and where: OAUTHBEARER binds the token to host and port. */
export type TokenIdentity = { username: string; host: string; port: number }

/** RFC 4954 §4: an initial response that makes the line longer than this is sent in a second step. */
const longestCommand = 510

/** The mechanisms to try, best first. Rejects with `auth-mechanism` if the server offers none. */
export function tokenMechanisms(offered: string[]): Mechanism[] {
  const mechanisms = usable.filter(name => offered.includes(name))
  if (mechanisms.length === 0) throw decided('auth-mechanism', { mechanisms: offered.join(', ') })
  return mechanisms
}

/** Signs in and returns the mechanism that was used. Rejects with the server's refusal. */
export async function authenticateWithToken(
  wire: Wire,
  offered: string[],
  identity: TokenIdentity,
  token: string,
  record: SubmissionRecord,
): Promise<string> {
  const mechanisms = tokenMechanisms(offered)
  for (const mechanism of mechanisms) {
    const reply = await present(wire, mechanism, responses[mechanism](identity, token), record)
    if (reply.code === 235) return mechanism
    // "Mechanism not recognised": offered by mistake. Any other refusal is about the token.
    const last = mechanism === mechanisms.at(-1)
    if (reply.code !== 504 || last) throw new SubmissionError({ kind: 'reply', reply })
  }
  throw decided('auth-mechanism', { mechanisms: offered.join(', ') })
}

async function present(wire: Wire, mechanism: Mechanism, response: string, record: SubmissionRecord) {
  const command = `AUTH ${mechanism} ${response}`
  let reply: Reply
  if (command.length <= longestCommand) reply = await wire.command(command, `AUTH ${mechanism} ••••`)
  else {
    reply = await wire.command(`AUTH ${mechanism}`)
    if (reply.code !== 334) return reply
    reply = await wire.command(response, '••••')
  }
  if (reply.code !== 334) return reply
  // The refusal comes in two parts: why, as JSON, and after a token of politeness the reply (RFC 7628 §3.2.3).
  record.note(`The server says about the token: ${Buffer.from(reply.text, 'base64').toString('utf8')}`)
  return wire.command(mechanism === 'XOAUTH2' ? '' : base64('\x01'))
}

/** A control character in the name would start a field of its own. */
const plain = (username: string) => username.replace(/\p{Cc}/gu, '')

const responses: Record<Mechanism, (identity: TokenIdentity, token: string) => string> = {
  XOAUTH2: ({ username }, token) => base64(`user=${plain(username)}\x01auth=Bearer ${token}\x01\x01`),
  OAUTHBEARER({ username, host, port }, token) {
    // RFC 5801 §4: the two characters that end a name are written out.
    const name = plain(username).replaceAll('=', '=3D').replaceAll(',', '=2C')
    return base64(`n,a=${name},\x01host=${host}\x01port=${port}\x01auth=Bearer ${token}\x01\x01`)
  },
}

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64')

/** Every shape in which a token crosses the wire, so that a reply that repeats it can be blanked. */
export const tokenShapes = (identity: TokenIdentity, token: string) => [
  ...usable.map(mechanism => responses[mechanism](identity, token)),
  base64(`Bearer ${token}`),
  base64(token),
  token,
]
