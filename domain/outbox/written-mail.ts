// A mail whose words came with it, such as that of an alarm: they stand in its row, so that a re-send is the same mail.
// Only its links are made when it is composed, so that none of them is ever stored.
import type { OutboundMail, Prisma } from '@/generated/prisma/client'
import { env } from '@/lib/env'
import { KeyringError, keyring } from '@/lib/keyring'
import { landingPage } from './landing-page'
import { type CarriedImage, type MailImageRef, withImages } from './mail-image'
import type { Written } from './mime'

/** Mails whose words come with them. */
export type WrittenKind = 'alarm' | 'alarm-digest'

export type WrittenParameters = Omit<Written, 'stop' | 'images'> & {
  /** Those that its HTML shows */
  images?: MailImageRef[]
  /** The key that its links are derived with, and from which ids */
  link: { keyId: string; path: 'alarm' }
  acknowledgeId: string
  /** Null for those who cannot stop such mails */
  stopId: string | null
  /** What it is about, to be found again */
  alarmIds: string[]
  /** Not by the tenant's own servers, where that is left to it */
  mailServer?: 'system'
}

/** Stands in the words of a mail for the address of the page where its alarms are acknowledged. */
export const acknowledgeMark = '\ue000acknowledge\ue001'
/** And for that of the page where such mails are stopped. */
export const stopMark = '\ue000stop\ue001'

const kinds: readonly string[] = ['alarm', 'alarm-digest'] satisfies WrittenKind[]

type WrittenMail = Pick<OutboundMail, 'kind' | 'parameters'>

export const isWritten = ({ kind }: WrittenMail): boolean => kinds.includes(kind)

/** The images that a mail says it carries. */
export const imagesIn = ({ parameters }: Pick<WrittenMail, 'parameters'>): MailImageRef[] =>
  (parameters as Prisma.JsonObject as unknown as WrittenParameters).images ?? []

/** Its words with the links in them, and its images. A key that is no longer there makes none: then they lead to the alarms. */
export function writtenOf(
  { parameters }: WrittenMail,
  images: readonly CarriedImage[],
  tokenOf = linkToken,
): Written {
  const { subject, text, html, to, cc, replyTo, thread, link, acknowledgeId, stopId } =
    parameters as Prisma.JsonObject as unknown as WrittenParameters
  const page = (path: 'alarm' | 'stop-mails', id: string) => {
    const token = tokenOf(link.keyId, id)
    return token === null ? null : landingPage(path, token)
  }
  const alarms = `${env().appUrl}/alarms`
  const stop = stopId === null ? null : page('stop-mails', stopId)
  const acknowledge = page('alarm', acknowledgeId) ?? alarms
  const linked = (words: string) =>
    words.replaceAll(acknowledgeMark, acknowledge).replaceAll(stopMark, stop ?? alarms)
  return {
    subject,
    text: linked(text),
    ...(typeof html === 'string' && { html: linked(html) }),
    to,
    cc,
    ...(replyTo && { replyTo }),
    ...(thread && { thread }),
    ...(stop && { stop }),
    images,
  }
}

function linkToken(keyId: string, id: string): string | null {
  try {
    return keyring().linkToken(keyId, id)
  } catch (error) {
    if (error instanceof KeyringError) return null
    throw error
  }
}

/** What its reader sees of it. */
export const seen = ({ subject, text, html, images }: Written) => ({
  subject,
  html:
    (html && withImages(html, images)) ??
    `<body style="margin:0"><pre style="font:14px/1.5 sans-serif;white-space:pre-wrap;margin:0;padding:16px;background:#fff;color:#18181b;min-height:100vh;box-sizing:border-box">${escaped(text)}</pre></body>`,
})

const escaped = (text: string) =>
  text.replace(/[&<>]/g, sign => (sign === '&' ? '&amp;' : sign === '<' ? '&lt;' : '&gt;'))
