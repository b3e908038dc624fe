// The transport of every mail, test or real.
import type { Mail, Outcome, SubmitOptions } from './outcome'
import type { MailServerSecrets, MailServerSettings } from './settings'

export {
  type Mail,
  type Outcome,
  type SmtpReply,
  type Stage,
  type StageReport,
  type SubmitOptions,
  stages,
  type TranscriptLine,
} from './outcome'

/** Hands one mail to one mail server. SMTP and network failures are outcomes, never exceptions. */
export async function submit(
  _settings: MailServerSettings,
  _secrets: MailServerSecrets,
  _mail: Mail,
  _options: SubmitOptions = {},
): Promise<Outcome> {
  throw new Error('not built yet')
}
