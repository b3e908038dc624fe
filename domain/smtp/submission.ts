// The door of this folder: mails handed to mail servers, and how that went.
import { Connection } from './connection'
import type { Mail, Outcome, SubmitOptions } from './outcome'
import { Probes } from './probe'
import type { MailServerSecrets, MailServerSettings } from './settings'

export { Connection } from './connection'
export {
  type Mail,
  type Outcome,
  type SmtpReply,
  type StageReport,
  type SubmitOptions,
  stages,
  type TranscriptLine,
} from './outcome'
export { deservesAnother } from './renewal'

/**
 * Hands one mail to one mail server over a connection of its own. SMTP and network failures are outcomes;
 * it rejects only with what `beforeData` rejected with, or with the reason of an abort that came before the
 * content was sent (afterwards an abort is too late, and the reply is awaited).
 */
export const submit = (
  settings: MailServerSettings,
  secrets: MailServerSecrets,
  mail: Mail,
  options: SubmitOptions = {},
): Promise<Outcome> =>
  connected(settings, secrets, options, connection => connection.send(mail, options.beforeData))

/** Opens a connection for one purpose, closes it, and looks further into a failure where somebody watches. */
export async function connected(
  settings: MailServerSettings,
  secrets: MailServerSecrets,
  options: SubmitOptions,
  use: (connection: Connection) => Promise<Outcome>,
): Promise<Outcome> {
  const probes = options.diagnose ? new Probes(settings, secrets, options.network) : undefined
  try {
    const opened = await Connection.open(settings, secrets, { ...options, probes })
    const outcome = opened instanceof Connection ? await used(opened, use) : opened
    return outcome.result === 'failed' && probes ? await probes.explain(outcome) : outcome
  } finally {
    probes?.stop()
  }
}

async function used(connection: Connection, use: (connection: Connection) => Promise<Outcome>) {
  try {
    return await use(connection)
  } finally {
    // The outcome is known: nobody has to wait for the server's goodbye.
    void connection.close()
  }
}
