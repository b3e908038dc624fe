// What the rules for replies have in common: how they look at one, and what may be said at any step.
import type { Cause } from './causes'
import type { Concern, SmtpReply, Stage } from './outcome'
import type { MailServerSettings } from './settings'
import { wordings } from './wordings'

/** Where a reply was said. */
export type Circumstances = {
  stage: Stage
  encryption: MailServerSettings['encryption']
  authentication: MailServerSettings['authentication']
  /** The server offered AUTH in its last EHLO. */
  offersAuth: boolean
  authenticated: boolean
  /** The final dot may have left this machine. */
  contentSent: boolean
  from: string
  to: string
}

/** No reply needs more characters to be understood; the rest of a flood is not even looked at. */
export const readable = 1000

/** The reply, no longer than anybody reads. */
export const shortened = ({ code, enhanced, text }: SmtpReply): SmtpReply => ({
  code,
  enhanced,
  text: text.length > readable ? `${text.slice(0, readable)} …` : text,
})

/** A reply as the rules look at it: `detail` is `7.1` of `5.7.1`, addresses in the text are blanked. */
export type Said = { code: number; detail: string; text: string; later: boolean }

/** What they make of it. `reason` tells apart where a cause has several; `concerns` where the cause does not decide. */
export type Meaning = { cause: Cause; reason?: string; concerns?: Concern }

/** The server has trouble of its own: a `protocol-error` about which more can be said than that nobody knows it. */
export const busy: Meaning = { cause: 'protocol-error', reason: 'busy' }

/** Said of our name. One that is missing or comes twice, or a command that is not known, is another matter. */
export const isEhloRefusal = (said: Said) =>
  !wordings.ehloMissing.test(said.text) &&
  (said.detail === '7.506' ||
    wordings.ehlo.test(said.text) ||
    (wordings.ehloMentioned.test(said.text) &&
      ![500, 502, 503].includes(said.code) &&
      !isClientRefusal(said)))

/** RFC 7372 §3.3, and the codes that Microsoft has for addresses it does not take mail from. */
export const isClientRefusal = ({ detail, text }: Said) =>
  /^7\.(25|511|6[0-4]\d|708)$/.test(detail) || wordings.client.test(text)

/** Too much from us, and not only something wrong over there. Of 5yz, the words must leave no doubt. */
export const isHaste = ({ code, detail, text, later }: Said) =>
  (wordings.patience.test(text) && (later || wordings.limit.test(text))) ||
  // How Gmail and Yahoo say it.
  (code === 421 && /^7\./.test(detail) && wordings.later.test(text) && !wordings.ownTrouble.test(text))

/** Encryption is missing. In an encrypted dialogue the same words mean something else. */
export const isTlsDemand = ({ code, text }: Said, encryption: string) =>
  code === 538 ||
  (code === 523 && /encrypt/i.test(text)) ||
  (encryption === 'none' &&
    wordings.encryption.test(text) &&
    (code === 530 || /must|first|require|need|mandatory/i.test(text)))
