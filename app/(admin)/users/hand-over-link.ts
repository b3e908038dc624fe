import { codeOf } from '@/domain/links/link-code'
import { drawQr } from '@/lib/qr'
import type { HandedLink } from './link-to-hand-over'

/** A link with its code and its QR code, which is drawn here so that no browser has to know how. */
export const handedLink = (link: string, scan?: boolean): HandedLink => ({
  link,
  code: codeOf(link.slice(link.lastIndexOf('/') + 1)),
  codeUrl: new URL('/code', link).href,
  qr: drawQr(link),
  scan,
})
