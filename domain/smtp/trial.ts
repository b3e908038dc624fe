// Whether a mail server would take a mail, without sending one.
import { readMailbox } from './mailbox'
import type { Outcome, SubmitOptions } from './outcome'
import type { MailServerSecrets, MailServerSettings } from './settings'
import { type Connection, connected } from './submission'

/**
 * The dialogue of every submission up to the sender (MAIL FROM), which is taken back (RSET): no recipient is
 * named and nothing is sent. Probes further after a failure, as a test mail does. `accepted` carries the
 * server's reply to the sender; the stages after that are `skipped`.
 */
export function tryConnection(
  settings: MailServerSettings,
  secrets: MailServerSecrets,
  options: Omit<SubmitOptions, 'beforeData'> = {},
): Promise<Outcome> {
  return connected(settings, secrets, { diagnose: true, ...options }, connection =>
    offerSender(connection, settings),
  )
}

/** The same over a connection that is open. */
export function offerSender(connection: Connection, settings: MailServerSettings): Promise<Outcome> {
  const from = readMailbox(settings.mailFrom)?.address ?? ''
  return connection.offer({ messageId: '', envelope: { from, to: '' }, raw: Buffer.from('\r\n') })
}
