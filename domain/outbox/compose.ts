import { setTimeout } from 'node:timers/promises'
import { keysFor, type SigningKey, sign } from '@/domain/deliverability/signing'
import { codeOf } from '@/domain/links/link-code'
import type { MailLink } from '@/domain/links/link-token'
import { installationDefaults } from '@/domain/settings/installation'
import type { Mail } from '@/domain/smtp/submission'
import { mailTexts } from '@/emails/_components/texts'
import { mailColours } from '@/emails/colours'
import {
  type Blanks,
  blanksOf,
  type CompiledMail,
  filled,
  type MailParameters,
  ready,
} from '@/emails/compiled-mail'
import { type MailKind, type MailMessage, parametersOf } from '@/emails/message'
import { storedTemplate, usualBlanks } from '@/emails/stored-templates'
import type { OutboundMail } from '@/generated/prisma/client'
import { isColour } from '@/lib/accent'
import { env } from '@/lib/env'
import { locales } from '@/lib/i18n/locales'
import { keyring } from '@/lib/keyring'
import { spanOf } from '@/lib/span'
import { readZonedMoment, zonedMoment } from '@/lib/time-zone'
import { landingPage } from './landing-page'
import { readImages } from './mail-image'
import { type Mime, mime, type Sender, writtenMime } from './mime'
import { imagesIn, isWritten, seen, writtenOf } from './written-mail'

/** What of an outbound mail its message is made of. */
export type ComposedMail = Pick<
  OutboundMail,
  'messageId' | 'kind' | 'recipient' | 'locale' | 'parameters' | 'linkTokenId' | 'createdAt'
>

/**
 * Builds the message of a mail, the same each time: Message-ID, date and link are fixed, so that a
 * re-send is recognised as the same mail. The link exists from here on only in memory.
 * @param keys all that there are: those of the sender's domain sign it
 */
export async function compose(
  mail: ComposedMail,
  { mailFrom, replyTo }: Sender,
  keys: readonly SigningKey[] = [],
): Promise<Mail> {
  if (isWritten(mail)) {
    const { from, raw, wireReady } = writtenMime(mail, writtenOf(mail, await readImages(imagesIn(mail))), {
      mailFrom,
      replyTo,
    })
    return {
      messageId: mail.messageId,
      envelope: { from, to: mail.recipient },
      raw: await sign(raw, keysFor(keys, mailFrom)),
      wireReady,
    }
  }
  const content = message(mail)
  const { from, write } = await mimeOf(content, mail.locale, accentIn(mail), { mailFrom, replyTo })
  const { raw, wireReady } = write(mail, content.params as Record<string, string>)
  return {
    messageId: mail.messageId,
    envelope: { from, to: mail.recipient },
    raw: await sign(raw, keysFor(keys, mailFrom)),
    wireReady,
  }
}

/**
 * What the reader of a mail sees, for somebody else: in the place of the link stands where it leads, without what
 * makes it work, and of the code only that there is one.
 */
export async function preview(mail: ComposedMail): Promise<{ subject: string; html: string }> {
  if (isWritten(mail)) return seen(writtenOf(mail, await readImages(imagesIn(mail)), () => '•'.repeat(12)))
  const content = message(
    mail,
    () => '•'.repeat(12),
    () => '••••-••••',
  )
  const { subject, html } = await compiled(content.kind, mail.locale, accentIn(mail), blanksOf(content))
  const params = content.params as unknown as MailParameters
  return { subject: filled(subject, params), html: filled(html, params) }
}

/** Compiled for all mails of a kind, language, colour and sender, and for the sentences that blanks leave out. */
const mimeOf = async (content: MailMessage, locale: string, accent: string, sender: Sender) => {
  const blanks = blanksOf(content)
  return known(mimes, [content.kind, locale, accent, blanks, sender], async () =>
    mime(await compiled(content.kind, locale, accent, blanks), sender),
  )
}

const compiled = (kind: MailKind, locale: string, accent: string, blanks: Blanks = []) =>
  known(compiledMails, [kind, locale, accent, blanks], async () => {
    const texts = await mailTexts(locale)
    const template =
      storedTemplate(kind, texts.locale, blanks) ??
      (await (await import('@/emails')).compileMail(kind, locale, blanks))
    return ready(template, texts, mailColours(accent))
  })

const mimes = new Map<string, Promise<Mime>>()
const compiledMails = new Map<string, Promise<CompiledMail>>()

/** What is known by these marks, made if it is not. There is little of it, or else it is started over. */
function known<T>(all: Map<string, Promise<T>>, marks: unknown, make: () => Promise<T>): Promise<T> {
  const key = JSON.stringify(marks)
  const found = all.get(key)
  if (found) return found
  if (all.size === 500) all.clear()
  const made = make()
  all.set(key, made)
  made.catch(() => all.delete(key))
  return made
}

/**
 * Compiles the mails of all kinds and languages as they mostly are, in a quiet moment before the first of
 * them is sent: to load what that needs takes half a second.
 */
export async function templates(): Promise<void> {
  for (const kind of Object.keys(parametersOf) as MailKind[])
    for (const locale of locales) {
      // What is wrong with a kind shows when one of it is sent.
      await compiled(kind, locale, '', usualBlanks(kind)[0]).catch(() => {})
      // Whoever asks for a page meanwhile goes first.
      await setTimeout(10)
    }
}

type StoredParameters = Record<string, string | null> & { link?: Pick<MailLink, 'keyId' | 'path'> }

/** The accent colour that a mail was queued with; empty for the built-in one. */
const accentIn = ({ parameters }: ComposedMail): string => {
  const { accent } = parameters as StoredParameters
  return isColour(accent) ? accent : ''
}

type TokenOf = (keyId: string, tokenId: string) => string

function message(
  mail: ComposedMail,
  tokenOf: TokenOf = (keyId, tokenId) => keyring().linkToken(keyId, tokenId),
  codeFor: (token: string) => string = codeOf,
): MailMessage {
  const { link, timeZone, leavesAt, ...stored } = mail.parameters as StoredParameters
  const parameters = timeZone ? toldIn(timeZone, stored) : stored
  const { appUrl } = env()
  const token = link && mail.linkTokenId && tokenOf(link.keyId, mail.linkTokenId)
  return {
    kind: mail.kind as MailKind,
    params: {
      // Older mails say it only where it is a tenant.
      organisation: installationDefaults.name,
      ...parameters,
      // Where it stands, one signs in with the address that the mail goes to.
      email: mail.recipient,
      site: new URL(appUrl).host,
      validFor: parameters.expiresAt
        ? validSpan(
            leavesAt ? new Date(leavesAt) : mail.createdAt,
            readZonedMoment(parameters.expiresAt).date,
          )
        : null,
      link: token && landingPage(link.path, token),
      code: token && codeFor(token),
      codeUrl: `${appUrl}/code`,
      signInUrl: `${appUrl}/login`,
      resetUrl: `${appUrl}/forgot-password`,
    },
    // The parameters were checked against the kind when the mail was queued (MailContent).
  } as unknown as MailMessage
}

/** The moments among parameters with the zone that they are told in, which stands beside them. */
const toldIn = (timeZone: string, parameters: Record<string, string | null>) =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      value && /^(?:expires|changed|asked|seen)At$/.test(name)
        ? zonedMoment(new Date(value), timeZone)
        : value,
    ]),
  ) as typeof parameters

/**
 * From one moment to another as a span of ISO 8601 that is not longer. What is lost of the last minute of an hour
 * while a mail is made does not count.
 */
export function validSpan(from: Date, to: Date): string {
  const minutes = Math.max(1, Math.floor((to.getTime() - from.getTime() + 30_000) / 60_000))
  const { unit, count } = spanOf(minutes > 60 && minutes % 60 === 59 ? minutes + 1 : minutes)
  return unit === 'day' ? `P${count}D` : unit === 'hour' ? `PT${Math.floor(count)}H` : `PT${count}M`
}

/** Words of the mails in a language, for a parameter that is made of some itself. */
export const mailWords = async (locale: string, key: string, values: Record<string, string>) =>
  (await mailTexts(locale))(key, values)

/** A moment (RFC 9557) as mails in a language tell it. */
export const mailMoment = async (locale: string, zoned: string) => (await mailTexts(locale)).moment(zoned)
