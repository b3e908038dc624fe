// SASL over SMTP (RFC 4954): PLAIN, LOGIN and CRAM-MD5. Nothing of a credential reaches the transcript.
import { createHmac } from 'node:crypto'
import { base64, respond, tryEach } from './sasl'
import { prepared } from './saslprep'
import type { Reply, Wire } from './wire'

/** Best first. Over TLS, PLAIN costs one round trip; CRAM-MD5 only helps where nothing else is offered. */
const usable = ['PLAIN', 'LOGIN', 'CRAM-MD5'] as const

/** Signs in and returns the mechanism that was used. Rejects as `tryEach` does. */
export const authenticate = (
  wire: Wire,
  offered: string[],
  username: string,
  password: string,
): Promise<string> =>
  tryEach(usable, offered, mechanism => attempt[mechanism](wire, prepared(username), prepared(password)))

const attempt: Record<
  (typeof usable)[number],
  (wire: Wire, username: string, password: string) => Promise<Reply>
> = {
  async PLAIN(wire, username, password) {
    const response = base64(`\0${username}\0${password}`)
    const reply = await respond(wire, 'PLAIN', response)
    // Some servers overlook the response in the command and ask for it.
    return reply.code === 334 ? wire.command(response, '••••') : reply
  },
  async LOGIN(wire, username, password) {
    let reply = await wire.command('AUTH LOGIN')
    if (reply.code !== 334) return reply
    reply = await wire.command(base64(username), '••••')
    return reply.code === 334 ? wire.command(base64(password), '••••') : reply
  },
  async 'CRAM-MD5'(wire, username, password) {
    const reply = await wire.command('AUTH CRAM-MD5')
    if (reply.code !== 334) return reply
    const challenge = Buffer.from(reply.text, 'base64')
    const digest = createHmac('md5', password).update(challenge).digest('hex')
    return wire.command(base64(`${username} ${digest}`), '••••')
  },
}

/** Every shape in which a password crosses the wire, so that a reply that repeats it can be blanked. */
export const shapesOf = (username: string | null, password: string | null) =>
  password
    ? [
        ...new Set(
          [password, prepared(password)].flatMap(form => [
            base64(`\0${username ?? ''}\0${form}`),
            base64(`\0${prepared(username ?? '')}\0${form}`),
            base64(form),
            form,
          ]),
        ),
      ]
    : []
