// SASL with an access token: XOAUTH2, as Google made it and Microsoft took it over, and OAUTHBEARER (RFC 7628).
import type { Protocol } from './protocol'
import { base64, choose, respond, tryEach } from './sasl'
import type { Wire } from './wire'

/** XOAUTH2 first: servers that have both were built with it, and some have it alone. */
const usable = ['XOAUTH2', 'OAUTHBEARER'] as const
type Mechanism = (typeof usable)[number]

/** Who signs in, and where: OAUTHBEARER binds the token to host and port. */
export type TokenIdentity = { username: string; host: string; port: number }

/** Rejects with `auth-mechanism` if the server takes no token. */
export const requireTokenMechanism = (offered: string[]): void => void choose(usable, offered)

/** Signs in and returns the mechanism that was used. Rejects as `tryEach` does. */
export const authenticateWithToken = (
  wire: Wire,
  offered: string[],
  identity: TokenIdentity,
  token: string,
  record: Protocol,
): Promise<string> =>
  tryEach(usable, offered, mechanism =>
    present(wire, mechanism, responses[mechanism](identity, token), record),
  )

async function present(wire: Wire, mechanism: Mechanism, response: string, record: Protocol) {
  const reply = await respond(wire, mechanism, response)
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

/** Every shape in which a token crosses the wire, so that a reply that repeats it can be blanked. */
export const tokenShapes = (identity: TokenIdentity, token: string) => [
  ...usable.map(mechanism => responses[mechanism](identity, token)),
  base64(`Bearer ${token}`),
  base64(token),
  token,
]
