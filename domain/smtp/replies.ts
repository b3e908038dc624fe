// What a reply means: its cause, whose trouble it is, and whether it is final. By reply code, enhanced code
// (RFC 3463), step and known wordings; what nobody knows is told in the server's words.
import type { Cause } from './causes'
import { concernOf } from './concern'
import {
  busy,
  type Circumstances,
  isClientRefusal,
  isEhloRefusal,
  isHaste,
  type Meaning,
  readable,
  type Said,
  shortened,
} from './meaning'
import type { Concern, SmtpReply, Stage } from './outcome'
import { loginMeaning } from './replies-login'
import { mailMeaning } from './replies-mail'
import { wordings } from './wordings'

/**
 * `permanent` means that the server has refused this very mail for good (a 5xx reply to MAIL, RCPT or DATA,
 * RFC 5321 §4.2.1). What concerns the server is never permanent: an administrator may repair it while the
 * mail waits.
 */
export type Classification = {
  cause: Cause
  concerns: Concern
  permanent: boolean
  detail: Record<string, string>
}

/** Names the cause behind a reply. A reply nobody knows is a `protocol-error` with the server's own words. */
export function explainReply(reply: SmtpReply, circumstances: Circumstances): Classification {
  const { code, enhanced, text } = shortened(reply)
  const {
    cause,
    reason,
    concerns = concernOf(cause, circumstances.stage, reply),
  } = meaningOf(
    {
      code,
      text: withoutAddresses(text),
      detail: detailOf(enhanced, text),
      later: code >= 400 && code < 500,
    },
    text,
    circumstances,
  )
  const told = [code, enhanced, text].filter(Boolean).join(' ')
  return {
    cause,
    concerns,
    permanent: concerns === 'mail' && code >= 500 && !passing.includes(cause),
    detail: { reply: told, ...(reason && { reason }) },
  }
}

/** What is over after a while, whatever the code. */
const passing: Cause[] = ['rate-limited', 'greylisted']

/** Without the class. Some servers hide the enhanced code in their words: qmail `(#5.1.1)`. */
const detailOf = (enhanced: string | null, text: string) =>
  (enhanced ?? /#([245]\.\d{1,3}\.\d{1,3})\b/.exec(text)?.[1])?.slice(2) ?? ''

/**
 * An address may hold any word, and is not what the server says; of a number it only matters that it is one. Gmail
 * begins all that it says with that of the client.
 */
const withoutAddresses = (text: string) =>
  text
    .replace(/<?[^\s<>@]{1,64}@[^\s<>@:;,]{1,255}>?/g, '@')
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:IPv6:)?[0-9a-f]{1,4}(?::{1,2}[0-9a-f]{1,4}){2,7}\b/gi, 'ip')
    .replace(/^\[ip\b[^\]]{0,20}\]/, '')
    .slice(0, readable)

function meaningOf(said: Said, text: string, circumstances: Circumstances): Meaning {
  const { stage } = circumstances
  if (stage === 'tls') return { cause: 'starttls-refused' }
  if (stage === 'auth') return loginMeaning(said, circumstances)
  if (stage === 'mail-from' || stage === 'rcpt-to' || stage === 'data')
    return mailMeaning(said, text, circumstances)
  return arrivalMeaning(said, stage)
}

/** Greeting and EHLO: all that a server knows of us is the address we come from and the name we say. */
function arrivalMeaning(said: Said, stage: Stage): Meaning {
  if (isEhloRefusal(said)) return { cause: 'ehlo-rejected' }
  if (isClientRefusal(said)) return { cause: 'client-blocked' }
  // RFC 5321 §4.2.2: these are about the argument, and the name is all there is.
  if (stage === 'ehlo' && [501, 504, 553].includes(said.code)) return { cause: 'ehlo-rejected' }
  if (isHaste(said)) return { cause: 'rate-limited' }
  if (said.later || wordings.serviceGone.test(said.text)) return busy
  if (stage === 'ehlo' && wordings.ehloName.test(said.text)) return { cause: 'ehlo-rejected' }
  return stage === 'greeting' &&
    !wordings.noMailHere.test(said.text) &&
    (wordings.refusal.test(said.text) || wordings.notYou.test(said.text))
    ? { cause: 'client-blocked' }
    : { cause: 'protocol-error' }
}
