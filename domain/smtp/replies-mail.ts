// What a refusal of MAIL, RCPT or DATA means: about us, the sender, the recipient, the message, or the moment.
import {
  busy,
  type Circumstances,
  isClientRefusal,
  isEhloRefusal,
  isHaste,
  isTlsDemand,
  type Meaning,
  type Said,
} from './meaning'
import { wordings } from './wordings'

/** `whole` is the text with its addresses. */
type Refusal = Said & Circumstances & { whole: string }

/** The first rule that applies names the cause; what no rule knows is a `protocol-error`. */
export function mailMeaning(said: Said, whole: string, circumstances: Circumstances): Meaning {
  const refusal = { ...circumstances, ...said, whole }
  const meaning = rules.find(([, applies]) => applies(refusal))?.[0] ?? { cause: 'protocol-error' }
  return typeof meaning === 'string' ? { cause: meaning } : meaning
}

const named = ({ stage }: Refusal) => stage !== 'mail-from'
/** Nobody has signed in, though one can. */
const anonymous = ({ authenticated, offersAuth }: Refusal) => !authenticated && offersAuth

/**
 * Words that leave no doubt, then enhanced codes, then what the code means at this step. The words come
 * first because many servers put a general code before them. Among them, what is said of us comes before
 * what is said of the recipient where servers put the one into a frame of the other, as Postfix does.
 */
const rules: [Meaning | Meaning['cause'], (refusal: Refusal) => boolean][] = [
  ['greylisted', ({ text }) => wordings.greylisting.test(text)],
  ['basic-auth-disabled', ({ text }) => wordings.basicDisabled.test(text)],
  [
    { cause: 'sender-rejected', reason: 'dmarc' },
    ({ detail, text }) =>
      /^7\.(2[0-4]|26|27|3[02]|509|515)$/.test(detail) ||
      (wordings.domainAuthentication.test(text) && !/spam|unsolicited/i.test(text)),
  ],
  ['ehlo-rejected', isEhloRefusal],
  ['starttls-required', refusal => isTlsDemand(refusal, refusal.encryption)],
  ['recipient-rejected', refusal => named(refusal) && isWishOf(refusal)],
  ['auth-required', ({ code, detail }) => code === 530 || detail === '7.57'],
  [
    'auth-required',
    refusal => !refusal.authenticated && !isOfMail(refusal) && wordings.login.test(refusal.text),
  ],
  ['sender-rejected', isSenderLookedFor],
  [
    'recipient-rejected',
    refusal =>
      named(refusal) &&
      !refusal.later &&
      /^1\.(?:1|2|3|6|10)$/.test(refusal.detail) &&
      (wordings.recipient.test(refusal.text) || wordings.recipientRefused.test(refusal.text)),
  ],
  [
    'auth-required',
    refusal => anonymous(refusal) && !isOfMail(refusal) && wordings.signingIn.test(refusal.text),
  ],
  ['recipient-rejected', ({ text }) => wordings.sandbox.test(text)],
  [
    { cause: 'auth-rejected', reason: 'disabled' },
    refusal =>
      wordings.sendingClosed.test(refusal.text) ||
      (wordings.domainClosed.test(refusal.text) && !namesRecipientOnly(refusal)) ||
      (!named(refusal) && wordings.accountClosed.test(refusal.text)),
  ],
  ['protocol-error', ({ later, text }) => !later && wordings.loop.test(text)],
  [
    'content-rejected',
    ({ stage, later, text }) => stage === 'data' && !later && wordings.thisMessage.test(text),
  ],
  [
    { cause: 'rate-limited', concerns: 'mail' },
    refusal => named(refusal) && isHaste(refusal) && wordings.receiving.test(refusal.text),
  ],
  ['rate-limited', ({ text }) => wordings.sendingLimit.test(text)],
  ['mailbox-full', refusal => named(refusal) && wordings.room.test(refusal.text)],
  ['message-too-large', ({ text }) => wordings.smaller.test(text)],
  [{ cause: 'rate-limited', concerns: 'mail' }, refusal => isHaste(refusal) && /^2\./.test(refusal.detail)],
  // Gmail's daily sending limit is 550 5.4.5.
  ['rate-limited', refusal => refusal.detail === '4.5' || isHaste(refusal)],
  // Without a login, Postfix says 554 5.7.1 as for a refused relay: logging in comes first. 5.4.1 is
  // Microsoft's word for a recipient it does not know.
  [
    'auth-required',
    refusal =>
      anonymous(refusal) &&
      refusal.detail !== '4.1' &&
      (wordings.relay.test(refusal.text) || wordings.accessDenied.test(refusal.text)),
  ],
  ['sender-rejected', ({ text }) => wordings.relayAs.test(text)],
  ['relay-denied', ({ text, detail }) => wordings.relay.test(text) || detail === '7.64'],
  ['recipient-rejected', onlyRecipientUnverified],
  [
    'recipient-rejected',
    refusal =>
      named(refusal) &&
      (wordings.recipient.test(refusal.text) ||
        wordings.closedRecipient.test(refusal.text) ||
        /^7\.1[23]\d$/.test(refusal.detail)),
  ],
  [
    'content-rejected',
    ({ stage, later, text }) => stage === 'data' && !later && wordings.linkInContent.test(text),
  ],
  ['client-blocked', isClientRefusal],
  // Postfix refuses a sender in its reply to RCPT, and SendGrid after the content: not the step decides.
  ['sender-rejected', ({ text }) => wordings.sender.test(text)],
  ['sender-rejected', ({ detail }) => /^(1\.[78]|7\.50[123]|7\.60|7\.750|2\.252)$/.test(detail)],
  ['sender-rejected', ({ stage, detail }) => stage === 'mail-from' && /^1\./.test(detail)],
  ['content-rejected', ({ stage, later, text }) => stage === 'data' && !later && wordings.content.test(text)],
  [{ ...busy, concerns: 'server' }, ({ text }) => wordings.serviceGone.test(text)],
  // 450 and 451 are what greylisting is said with by servers that do not call it by name (RFC 6647 §2.5),
  // unless they say that something of their own is broken.
  [
    'greylisted',
    ({ code, stage, detail, text }) =>
      (code === 450 || code === 451) &&
      stage === 'rcpt-to' &&
      /^$|^2\.[01]$|^3\.0$|^0\.0$|^7\./.test(detail) &&
      wordings.later.test(text) &&
      !wordings.ownTrouble.test(text),
  ],
  ['recipient-rejected', refusal => named(refusal) && wordings.recipientRefused.test(refusal.text)],
  ['message-too-large', ({ detail }) => detail === '3.4' || detail === '2.3'],
  ['mailbox-full', ({ detail, stage, code }) => detail === '2.2' && (stage !== 'mail-from' || code === 552)],
  [
    'recipient-rejected',
    refusal =>
      named(refusal) &&
      (/^1\.\d/.test(refusal.detail) || (!refusal.later && /^(2\.1|4\.1)$/.test(refusal.detail))),
  ],
  ['content-rejected', ({ stage, later, detail }) => stage === 'data' && !later && /^[67]\./.test(detail)],
  // RFC 3463 §3.4: the system is full, takes no mail, or is wrongly set up.
  [{ ...busy, concerns: 'server' }, ({ detail }) => /^3\.[125]$/.test(detail)],
  [busy, ({ later, text }) => later && (wordings.later.test(text) || wordings.ownTrouble.test(text))],
  // Only the step is left, and codes that say what they are about (RFC 5321 §4.2.3).
  ['sender-rejected', ({ code, stage }) => stage === 'mail-from' && (code === 551 || code === 553)],
  ['message-too-large', ({ code, stage }) => stage !== 'rcpt-to' && code === 552],
  // It refuses, and of all that it could name it names the address of somebody: before the content, that is us.
  [
    'client-blocked',
    ({ stage, later, text }) =>
      stage !== 'data' &&
      !later &&
      /\bip\b/.test(text) &&
      wordings.refusal.test(text) &&
      !wordings.passedOn.test(text),
  ],
]

/** Microsoft's 5.7.12x and 5.7.13x are for recipients whom few may write to, 5.7.505 for one that nobody may. */
const isWishOf = ({ detail, text }: Refusal) =>
  /^7\.(?:1[23]\d|504|505)$/.test(detail) || wordings.recipientsWish.test(text)

/** Says of a mailbox or of a message what it says; the login is mentioned beside. */
const isOfMail = ({ detail, stage, text }: Refusal) =>
  /^2\./.test(detail) || (stage === 'data' && /spam|virus/i.test(text))

/** Some servers look for the sender as for a recipient, and refuse one that nobody has. */
function isSenderLookedFor({ whole, from, to, text }: Refusal) {
  if (wordings.senderCheck.test(text)) return true
  const said = whole.toLowerCase()
  const namesSender = said.includes(from.toLowerCase()) && !said.includes(to.toLowerCase())
  return namesSender && wordings.recipient.test(text) && !wordings.anyRecipient.test(text)
}

/** Of the two domains it says that of the recipient, or calls it so. */
function namesRecipientOnly({ whole, from, to, text }: Refusal) {
  const said = whole.toLowerCase()
  const says = (address: string) => said.includes(address.slice(address.lastIndexOf('@') + 1).toLowerCase())
  return /\brecipient/i.test(text) || (says(to) && !says(from))
}

/** In its sandbox Amazon SES wants the recipient verified too, and lists the addresses that are not. */
function onlyRecipientUnverified({ whole, from, to }: Refusal) {
  const identities = /not verified[^:]{0,80}failed the check[^:]{0,80}:(.*)$/is
    .exec(whole)?.[1]
    ?.toLowerCase()
  return !!identities?.includes(to.toLowerCase()) && !identities.includes(from.toLowerCase())
}
