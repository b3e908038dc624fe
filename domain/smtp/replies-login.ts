// What a refusal of AUTH means (RFC 4954 §6): about the password, the mechanism, the account, or the moment.
import {
  isClientRefusal,
  isEhloRefusal,
  isHaste,
  isTlsDemand,
  type Meaning,
  type Said,
  shortened,
} from './meaning'
import type { SmtpReply } from './outcome'
import type { MailServerSettings } from './settings'
import { wordings } from './wordings'

type Login = Pick<MailServerSettings, 'authentication' | 'encryption'>

/** The cause of a refused login. What would be said of a password is about the token where one was shown. */
export function loginMeaning(said: Said, login: Login): Meaning {
  const meaning = passwordMeaning(said, login)
  const aboutCredentials =
    meaning.cause === 'app-password-required' ||
    (meaning.cause === 'auth-rejected' && meaning.reason === undefined)
  return login.authentication === 'oauth2' && aboutCredentials
    ? { cause: 'oauth-token-rejected', reason: 'server' }
    : meaning
}

function passwordMeaning(said: Said, { encryption }: Login): Meaning {
  const { code, detail, text, later } = said
  if (wordings.appPassword.test(text)) return { cause: 'app-password-required' }
  // Microsoft says 535 5.7.139 for a wrong password and for disabled basic authentication alike.
  if (wordings.basicDisabled.test(text)) return { cause: 'basic-auth-disabled' }
  if (isTlsDemand(said, encryption)) return { cause: 'starttls-required' }
  if (isEhloRefusal(said)) return { cause: 'ehlo-rejected' }
  if (isHaste(said) || (wordings.lockedForNow.test(text) && !wordings.lockedByHand.test(text)))
    return { cause: 'rate-limited', reason: 'login' }
  if (isClientRefusal(said)) return { cause: 'client-blocked' }
  if (later) return { cause: 'auth-temporary' }
  // RFC 5248 §2.4: 525 5.7.13 is an account that is disabled.
  if (code === 525 || detail === '7.13' || isClosed(text))
    return { cause: 'auth-rejected', reason: 'disabled' }
  // Gmail: 5.7.9 an app password is needed, 5.7.14 sign in with the browser first, which comes to the same.
  if (code === 534 && /^7\.(9|14)$/.test(detail) && !wordings.mechanism.test(text))
    return { cause: 'app-password-required' }
  if (isAboutMechanism(text) || [502, 503, 504, 534].includes(code)) return { cause: 'auth-mechanism' }
  if (code === 530) return { cause: 'auth-required' }
  if (
    code === 535 ||
    /^7\.[0138]$/.test(detail) ||
    wordings.credentials.test(text) ||
    wordings.refusal.test(text)
  )
    return { cause: 'auth-rejected' }
  return { cause: 'protocol-error' }
}

/**
 * Whether another mechanism may do better. Any other refusal is about the credentials, and a second try
 * with them would only bring the account nearer to being locked.
 */
export function refusesMechanism(reply: SmtpReply): boolean {
  const { code, text } = shortened(reply)
  if (code < 500 || isClosed(text)) return false
  // Not recognised, not implemented, or a command that it does not understand in this form (RFC 5321 §4.2.2).
  const byCode = [500, 501, 502, 504].includes(code) && !wordings.credentials.test(text)
  return byCode || isAboutMechanism(text)
}

const isAboutMechanism = (text: string) =>
  wordings.mechanism.test(text) &&
  ![wordings.appPassword, wordings.basicDisabled, wordings.password].some(other => other.test(text))

const isClosed = (text: string) => wordings.accountClosed.test(text) || wordings.sendingClosed.test(text)
