// Whose trouble a failure is: what every mail through a server would meet is the server's, the rest is this mail's.
import type { Cause } from './causes'
import type { Concern, SmtpReply, Stage } from './outcome'

/** Before a mail is named, whatever goes wrong is the server's trouble. */
const beforeTheMail: Stage[] = ['dns', 'connect', 'greeting', 'ehlo', 'tls', 'auth']

/** About who we are: our address, our name, or the sender. An administrator has to mend it, at whatever step it is said. */
export const refusalsOfUs: readonly Cause[] = [
  'client-blocked',
  'ehlo-rejected',
  'sender-rejected',
  'relay-denied',
]

/** What does not change from mail to mail, at whatever step it is said. */
const everyMail: readonly Cause[] = [
  ...refusalsOfUs,
  'starttls-required',
  'auth-required',
  'auth-rejected',
  'app-password-required',
  'basic-auth-disabled',
]

/** These tell what happened, and not why. */
const unexplained: Cause[] = ['protocol-error', 'connection-lost-before-data', 'server-slow']

/** Whom a cause concerns that was met at a step. @param limits the reply is about what we may send altogether */
export function concernOf(cause: Cause, stage: Stage, reply: SmtpReply | null, limits = true): Concern {
  if (beforeTheMail.includes(stage) || everyMail.includes(cause)) return 'server'
  if (cause === 'rate-limited') return limits ? 'server' : 'mail'
  // Only the sender is known so far, and all mails have the same one.
  if (stage === 'mail-from' && unexplained.includes(cause)) return 'server'
  // The channel closes (RFC 5321 §3.8), or what is spoken there is not SMTP.
  if (cause === 'protocol-error') return reply === null || reply.code === 421 ? 'server' : 'mail'
  return 'mail'
}
