/** The messages people get: each kind is one component, its words come from the catalogues. */
import { type ComponentType, createElement } from 'react'
import { render, toPlainText } from 'react-email'
import { mailTexts } from './_components/texts'
import AccountActivated from './account-activated'
import Activation from './activation'
import ConfirmNewEmail from './confirm-new-email'
import EmailChanged from './email-changed'
import type { MailKind, MailMessage, MailProps } from './message'
import PasswordChanged from './password-changed'
import PasswordReset from './password-reset'
import Test from './test'

export type { MailKind, MailMessage } from './message'

const components: { [Kind in MailKind]: ComponentType<MailProps<Kind>> } = {
  test: Test,
  activation: Activation,
  'account-activated': AccountActivated,
  'password-reset': PasswordReset,
  'password-changed': PasswordChanged,
  'confirm-new-email': ConfirmNewEmail,
  'email-changed': EmailChanged,
}

/**
 * Writes a mail in the recipient's language. A language without a catalogue gets English.
 * @returns the subject on one line, the HTML document, and a text part that says the same
 */
export async function renderMail(
  message: MailMessage,
  locale: string,
): Promise<{ subject: string; html: string; text: string }> {
  const t = await mailTexts(locale)
  const Mail = components[message.kind] as ComponentType<MailMessage['params'] & { t: typeof t }>
  const html = await render(createElement(Mail, { ...message.params, t }))
  return { subject: subjectOf(message, t), html, text: textOf(html) }
}

const subjectOf = (message: MailMessage, t: Awaited<ReturnType<typeof mailTexts>>) =>
  message.kind === 'test'
    ? t('test.subject', { serverName: shortened(message.params.serverName) })
    : t(`${message.kind}.subject`)

const shortened = (name: string) => (name.length > 60 ? `${Array.from(name).slice(0, 59).join('')}…` : name)

// Lines are not wrapped: a link broken in two is no link. The transfer encoding keeps SMTP's line limit.
const textOf = (html: string) =>
  `${toPlainText(html, {
    wordwrap: false,
    selectors: [
      { selector: '[data-skip-in-text=true]', format: 'skip' },
      { selector: 'h1', options: { uppercase: false } },
    ],
  }).trim()}\n`
