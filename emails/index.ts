/** The messages people get: each kind is one component, its words come from the catalogues. */
import { type ComponentType, createElement } from 'react'
import { render, toPlainText } from 'react-email'
import { withGhosts } from './_components/outlook-width'
import { type MailTexts, mailTexts } from './_components/texts'
import AccountActivated from './account-activated'
import Activation from './activation'
import { coloured, mailColours } from './colours'
import type { Blanks, MailTemplate } from './compiled-mail'
import ConfirmNewEmail from './confirm-new-email'
import EmailChanged from './email-changed'
import EmailTaken from './email-taken'
import { escapeBehind } from './escaping'
import { type MailKind, type MailMessage, type MailProps, parametersOf } from './message'
import NewDevice from './new-device'
import PasswordChanged from './password-changed'
import PasswordReset from './password-reset'
import Setup from './setup'
import SignInSecurityChanged from './sign-in-security-changed'
import SignInSlowed from './sign-in-slowed'
import { Slots } from './slots'
import Test from './test'

export type { MailKind, MailMessage } from './message'

const components: { [Kind in MailKind]: ComponentType<MailProps<Kind>> } = {
  test: Test,
  activation: Activation,
  'account-activated': AccountActivated,
  'password-reset': PasswordReset,
  'password-changed': PasswordChanged,
  'sign-in-security-changed': SignInSecurityChanged,
  'new-device': NewDevice,
  setup: Setup,
  'sign-in-slowed': SignInSlowed,
  'confirm-new-email': ConfirmNewEmail,
  'email-changed': EmailChanged,
  'email-taken': EmailTaken,
}

/**
 * Writes a mail in the recipient's language. A language without a catalogue gets English.
 * @param colour the accent, `#rrggbb`; empty for the built-in one
 * @returns the subject on one line, the HTML document, and a text part that says the same
 */
export async function renderMail(message: MailMessage, locale: string, colour = '') {
  const { html, ...rest } = await rendered(message, await mailTexts(locale))
  return { ...rest, html: coloured(html, mailColours(colour)) }
}

/**
 * A mail of a kind and language, to be filled in as often as there are readers: with the same result as
 * `renderMail`, at a thousandth of its cost.
 * @param blanks the parameters that show nothing, see `blanksOf`; those are not filled in
 */
export async function compileMail(
  kind: MailKind,
  locale: string,
  blanks: Blanks = [],
): Promise<MailTemplate> {
  const slots = new Slots()
  const texts = slots.texts(await mailTexts(locale))
  const standIns = parametersOf[kind].map(name => [name, slots.standIn(name)])
  const params = Object.fromEntries([...standIns, ...blanks])
  const { subject, html, text } = await rendered({ kind, params } as MailMessage, texts)
  return {
    subject: slots.pieces(subject, () => 'asItIs'),
    html: slots.pieces(html, at => escapeBehind(html.slice(0, at))),
    text: slots.pieces(text, () => 'folded'),
  }
}

async function rendered(message: MailMessage, t: MailTexts) {
  const Mail = components[message.kind] as ComponentType<MailMessage['params'] & { t: MailTexts }>
  const html = withGhosts(await render(createElement(Mail, { ...message.params, t })))
  return { subject: subjectOf(message, t), html, text: textOf(html) }
}

/** Names have little room in it, so that it stays short whatever they are. */
function subjectOf({ kind, params }: MailMessage, t: MailTexts): string {
  const organisation = t.shortened(params.organisation)
  if (kind === 'test') return t('test.subject', { organisation, serverName: t.shortened(params.serverName) })
  if (kind === 'activation' && params.invitedBy)
    return t('activation.subjectInvited', { organisation, invitedBy: t.shortened(params.invitedBy) })
  return t(`${kind}.subject`, { organisation })
}

// Lines are not wrapped: a link broken in two is no link. The transfer encoding keeps SMTP's line limit.
const textOf = (html: string) =>
  `${toPlainText(html, {
    wordwrap: false,
    selectors: [
      { selector: '[data-skip-in-text=true]', format: 'skip' },
      { selector: 'h1', options: { uppercase: false } },
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, linkBrackets: false } },
    ],
  }).trim()}\n`
