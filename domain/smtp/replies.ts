// What servers mean by their refusals: by reply code, enhanced code (RFC 3463), phase, and known wordings.
import type { Cause } from './causes'
import type { SmtpReply, Stage } from './outcome'
import type { MailServerSettings } from './settings'

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

/**
 * `permanent` means that the server has refused this very mail for good (a 5xx reply to MAIL, RCPT or DATA,
 * RFC 5321 §4.2.1). What is wrong on the way there is not permanent: an administrator may repair the mail
 * server while the mail waits.
 */
export type Classification = { cause: Cause; permanent: boolean; detail: Record<string, string> }

/** Names the cause behind a reply. A reply nobody knows is a `protocol-error` with the server's own words. */
export function explainReply(reply: SmtpReply, circumstances: Circumstances): Classification {
  const aboutMail = ['mail-from', 'rcpt-to', 'data'].includes(circumstances.stage)
  const cause = causeOf(reply, circumstances, aboutMail)
  // Whose refusal it was: the token endpoint has its own reasons.
  const reason: Record<string, string> = cause === 'oauth-token-rejected' ? { reason: 'server' } : {}
  const permanent = aboutMail && reply.code >= 500 && !neverPermanent.includes(cause)
  return {
    cause,
    permanent,
    detail: { reply: [reply.code, reply.enhanced, reply.text].filter(Boolean).join(' '), ...reason },
  }
}

/** Refusals of our way of knocking, or of the moment, whatever their code. */
const neverPermanent: Cause[] = [
  'auth-required',
  'starttls-required',
  'rate-limited',
  'greylisted',
  'app-password-required',
  'basic-auth-disabled',
]

function causeOf(reply: SmtpReply, circumstances: Circumstances, aboutMail: boolean): Cause {
  if (circumstances.stage === 'tls') return 'starttls-refused'
  if (circumstances.stage === 'auth') {
    const cause = authCause(reply)
    const aboutToken = circumstances.authentication === 'oauth2' && aboutCredentials.includes(cause)
    return aboutToken ? 'oauth-token-rejected' : cause
  }
  if (aboutMail) return mailCause(reply, circumstances)
  // Greeting and EHLO: a server that is too busy says so with 421 or 450, the rest is its own business.
  return busy.test(reply.text) && reply.code < 500 ? 'rate-limited' : 'protocol-error'
}

const busy = /too (many|much|fast)|\brate\b|throttl|limit|try again|busy|slow down/i
const appPassword = /app(lication)?[- ]?specific|app[- ]?password|InvalidSecondFactor/i
const basicDisabled =
  /basic authentication is (disabled|not supported)|SmtpClientAuthentication is disabled|security defaults|LegacyAuth/i

/** What, said to somebody who came with a token, is about the token. */
const aboutCredentials: Cause[] = ['auth-rejected', 'app-password-required']

function authCause({ code, enhanced, text }: SmtpReply): Cause {
  if (appPassword.test(text)) return 'app-password-required'
  // Microsoft says 535 5.7.139 for a wrong password and for disabled basic authentication alike.
  if (basicDisabled.test(text)) return 'basic-auth-disabled'
  if (code === 421 || (code < 500 && /too many|\brate\b|throttl/i.test(text))) return 'rate-limited'
  if (code < 500) return 'auth-temporary'
  if (needsStartTls(code, text)) return 'starttls-required'
  // Gmail: 5.7.9 an app password is needed, 5.7.14 sign in with the browser first, which comes to the same.
  if (code === 534)
    return enhanced === '5.7.9' || enhanced === '5.7.14' ? 'app-password-required' : 'auth-mechanism'
  if (code === 504 || code === 502 || code === 503) return 'auth-mechanism'
  if (code === 530) return 'auth-required'
  if (code === 535 || enhanced === '5.7.8' || enhanced === '5.7.3') return 'auth-rejected'
  return 'protocol-error'
}

const needsStartTls = (code: number, text: string) =>
  /STARTTLS/i.test(text) && (code === 530 || code === 538 || /must|first|require/i.test(text))

/** A refusal of MAIL, RCPT or DATA, as the rules below look at it; `detail` is `7.1` of `5.7.1`. */
type Refusal = Circumstances & { code: number; detail: string; text: string; later: boolean }

function mailCause({ code, enhanced, text }: SmtpReply, circumstances: Circumstances): Cause {
  const refusal = { ...circumstances, code, text, detail: enhanced?.slice(2) ?? '', later: code < 500 }
  return rules.find(([, applies]) => applies(refusal))?.[0] ?? 'protocol-error'
}

const anonymous = ({ authenticated, offersAuth }: Refusal) => !authenticated && offersAuth

/**
 * The first rule that applies names the cause: words that leave no doubt, then enhanced codes, then what
 * the code means at this step. The words come first because many servers put a general code before them.
 */
const rules: [Cause, (refusal: Refusal) => boolean][] = [
  ['greylisted', ({ text }) => /gr[ae]y-?list/i.test(text)],
  ['basic-auth-disabled', ({ text }) => basicDisabled.test(text)],
  ['starttls-required', ({ code, text }) => needsStartTls(code, text)],
  ['auth-required', ({ code, detail }) => code === 530 || detail === '7.57'],
  ['auth-required', ({ authenticated, text }) => !authenticated && wants.login.test(text)],
  ['message-too-large', ({ text }) => wants.smaller.test(text)],
  ['mailbox-full', ({ text }) => wants.room.test(text)],
  // Gmail's daily sending limit is 550 5.4.5.
  [
    'rate-limited',
    ({ later, detail, text }) =>
      detail === '4.5' || (wants.patience.test(text) && (later || /limit|too many/i.test(text))),
  ],
  // Without a login, Postfix says 554 5.7.1 as for a refused relay: logging in comes first.
  [
    'auth-required',
    refusal => anonymous(refusal) && /relay|client host rejected: access denied/i.test(refusal.text),
  ],
  ['relay-denied', ({ text, detail }) => /\brelay/i.test(text) || detail === '7.64'],
  ['recipient-rejected', onlyRecipientUnverified],
  // Postfix refuses a sender in its reply to RCPT, and SendGrid after the content: not the step decides.
  ['sender-rejected', ({ text }) => wants.otherSender.test(text)],
  ['sender-rejected', ({ detail }) => ['1.7', '1.8', '7.60', '7.23', '7.26'].includes(detail)],
  ['sender-rejected', ({ stage, detail }) => stage === 'mail-from' && /^1\./.test(detail)],
  [
    'content-rejected',
    ({ stage, later, text }) => stage === 'data' && !later && wants.otherContent.test(text),
  ],
  ['recipient-rejected', ({ text }) => wants.otherRecipient.test(text)],
  ['message-too-large', ({ detail }) => detail === '3.4' || detail === '2.3'],
  ['mailbox-full', ({ detail, stage, code }) => detail === '2.2' && (stage !== 'mail-from' || code === 552)],
  [
    'recipient-rejected',
    ({ detail, later }) => /^1\.\d/.test(detail) || (!later && /^(2\.1|4\.1)$/.test(detail)),
  ],
  ['content-rejected', ({ stage, later, detail }) => stage === 'data' && !later && /^[67]\./.test(detail)],
  // 450 and 451 are what greylisting is said with by servers that do not call it by name (RFC 6647 §2.5),
  // unless they say that something of their own is broken.
  ['rate-limited', ({ code, detail, text }) => code === 421 && (/^$|^7\./.test(detail) || busy.test(text))],
  ['rate-limited', ({ code, detail }) => code === 450 && /^7\./.test(detail)],
  ['greylisted', ({ code, detail, text }) => code === 451 && /^7\./.test(detail) && !ownFault.test(text)],
  [
    'greylisted',
    ({ code, stage, detail, text }) =>
      (code === 450 || code === 451) &&
      stage === 'rcpt-to' &&
      /^$|^2\.[01]$|^3\.0$|^0\.0$/.test(detail) &&
      !ownFault.test(text),
  ],
  // Only the step is left.
  ['sender-rejected', ({ code, stage }) => stage === 'mail-from' && [501, 550, 551, 553, 554].includes(code)],
  [
    'recipient-rejected',
    ({ code, stage }) => stage === 'rcpt-to' && [501, 550, 551, 553, 556].includes(code),
  ],
  ['mailbox-full', ({ code, stage }) => stage === 'rcpt-to' && code === 552],
  ['message-too-large', ({ code, stage }) => stage !== 'rcpt-to' && code === 552],
  ['content-rejected', ({ code, stage }) => stage === 'data' && [550, 554].includes(code)],
]

const wants = {
  login:
    /auth(entication|orization)?( is)? (required|needed)|not authenticated|must (first )?(authenticate|log ?in|issue an? auth)|(log ?in|authenticate) (is )?(first|required)|need (to )?(auth|login)/i,
  smaller:
    /too (big|large)|(message|mail|data) (is |size |file )?exceed|(message|mail) size|size limit|maximum.*size/i,
  room: /over ?quota|quota exceeded|exceed\w* (the |its )?(storage|quota)|(mailbox|storage|disk) (is )?(full|over)/i,
  patience:
    /\brate\b|throttl|too (many|much|fast|quickly)|daily.*(limit|quota)|limit exceeded|exceeded.*limit|slow down/i,
  otherSender:
    /sender (address|identity|domain|verify|verification|not|is not|rejected|denied)|(from|sender) address.*(not|does ?n.t|verif|denied|reject|allow|own)|send ?as|not owned by user|not (allowed|permitted|authorized) to send|address is not verified/i,
  otherRecipient:
    /recipient (address )?rejected|user (is )?unknown|no such (user|mailbox|recipient)|unknown (user|recipient)|user (not found|doesn.t exist)/i,
  otherContent: /spam|virus|malware|content|blocked|attachment|policy/i,
}

const ownFault = /lookup|internal|configuration|local error|database|disk|resources/i

/** In its sandbox Amazon SES wants the recipient verified too, and lists the addresses that are not. */
function onlyRecipientUnverified({ text, from, to }: Refusal) {
  const identities = /not verified.*failed the check[^:]*:\s*(.*)$/is.exec(text)?.[1]?.toLowerCase()
  return !!identities?.includes(to.toLowerCase()) && !identities.includes(from.toLowerCase())
}
