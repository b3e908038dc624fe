import addressparser from 'nodemailer/lib/addressparser'
import MailComposer from 'nodemailer/lib/mail-composer'
import { keysFor, type SigningKey, sign } from '@/domain/deliverability/signing'
import type { MailServerSettings } from '@/domain/mail-server/settings'
import type { Mail } from '@/domain/mail-server/submission'
import type { MailMessage } from '@/emails'
import type { OutboundMail } from '@/generated/prisma/client'
import { env } from '@/lib/env'
import { keyring } from '@/lib/keyring'
import type { MailKind, MailLink } from './outbound-mail'

/** What of an outbound mail its message is made of. */
export type ComposedMail = Pick<
  OutboundMail,
  'messageId' | 'kind' | 'recipient' | 'locale' | 'parameters' | 'linkTokenId' | 'createdAt'
>

/**
 * Builds the message of a mail, the same each time: Message-ID, date and link are fixed, so that a
 * re-send is recognised as the same mail. The link exists from here on only in memory.
 */
export async function compose(
  mail: ComposedMail,
  settings: Pick<MailServerSettings, 'mailFrom' | 'replyTo'>,
  keys: readonly SigningKey[] = [],
): Promise<Mail> {
  const { renderMail } = await templates()
  const { subject, html, text } = await renderMail(message(mail), mail.locale)
  const composer = new MailComposer({
    from: settings.mailFrom,
    replyTo: settings.replyTo ?? undefined,
    to: { name: '', address: mail.recipient },
    subject,
    html,
    text,
    messageId: mail.messageId,
    date: mail.createdAt,
    // Keeps out-of-office programs from answering (RFC 3834 §5, and Exchange's own word for it).
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    messageId: mail.messageId,
    envelope: {
      from: addressparser(settings.mailFrom, { flatten: true })[0]?.address ?? '',
      to: mail.recipient,
    },
    raw: await sign(await composer.compile().build(), keysFor(keys, settings.mailFrom)),
  }
}

/** Loaded when the first mail needs them, or a quiet moment earlier: they take half a second of a start. */
export const templates = () => import('@/emails')

type StoredParameters = Record<string, string | null> & { link?: Pick<MailLink, 'keyId' | 'path'> }

function message(mail: ComposedMail): MailMessage {
  const { link, ...parameters } = mail.parameters as StoredParameters
  const { appUrl } = env()
  return {
    kind: mail.kind as MailKind,
    params: {
      ...parameters,
      link:
        link && mail.linkTokenId && landingPage(link.path, keyring().linkToken(link.keyId, mail.linkTokenId)),
      signInUrl: `${appUrl}/login`,
      resetUrl: `${appUrl}/forgot-password`,
    },
    // The parameters were checked against the kind when the mail was queued (MailContent).
  } as unknown as MailMessage
}

/** The address of a landing page. Always from APP_URL, never from a request. */
export const landingPage = (path: MailLink['path'] | 'setup', token: string) =>
  `${env().appUrl}/${path}/${token}`
