import { drawQr } from '@/lib/qr'
import type { HandedLink } from './link-to-hand-over'

/** A link with its QR code, drawn here so that no browser has to know how. */
export const handedLink = (link: string, scan?: boolean): HandedLink => ({ link, qr: drawQr(link), scan })
