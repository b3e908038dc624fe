// SASL over SMTP (RFC 4954): PLAIN, LOGIN and CRAM-MD5. Nothing of a credential reaches the transcript.
import { createHmac } from 'node:crypto'
import { decided, SubmissionError } from './failure'
import type { Reply, Wire } from './wire'

/** Best first. Over TLS, PLAIN costs one round trip; CRAM-MD5 only helps where nothing else is offered. */
const usable = ['PLAIN', 'LOGIN', 'CRAM-MD5'] as const

/** RFC 4954 §4: an initial response that makes the line longer than this is sent in a second step. */
const longestCommand = 510

/**
 * Signs in and returns the mechanism that was used. Rejects with the server's refusal, or with
 * `auth-mechanism` if it offers no way to sign in: a mail must never leave unauthenticated by accident.
 */
export async function authenticate(
  wire: Wire,
  offered: string[],
  username: string,
  password: string,
): Promise<string> {
  const mechanisms = usable.filter(name => offered.includes(name))
  if (mechanisms.length === 0) throw decided('auth-mechanism', { mechanisms: offered.join(', ') })
  for (const mechanism of mechanisms) {
    const reply = await attempt[mechanism](wire, username, password)
    if (reply.code === 235) return mechanism
    // "Mechanism not recognised": offered by mistake. Any other refusal is about the credentials, and a
    // second try with them would only bring the account nearer to being locked.
    const last = mechanism === mechanisms.at(-1)
    if (reply.code !== 504 || last) throw new SubmissionError({ kind: 'reply', reply })
  }
  throw decided('auth-mechanism', { mechanisms: offered.join(', ') })
}

const attempt: Record<
  (typeof usable)[number],
  (wire: Wire, username: string, password: string) => Promise<Reply>
> = {
  async PLAIN(wire, username, password) {
    const response = base64(`\0${username}\0${password}`)
    const command = `AUTH PLAIN ${response}`
    if (command.length <= longestCommand) return wire.command(command, 'AUTH PLAIN ••••')
    const reply = await wire.command('AUTH PLAIN')
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

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64')

/** Every shape in which a password crosses the wire, so that a reply that repeats it can be blanked. */
export const shapesOf = (username: string | null, password: string | null) =>
  password ? [base64(`\0${username ?? ''}\0${password}`), base64(password), password] : []
