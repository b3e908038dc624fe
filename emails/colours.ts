// The colours of a mail that are those of the installation. A mail is compiled with marks in their place, so that one
// template does for every accent colour.
import { accentOf, builtInAccent } from '@/lib/accent'

export type MailColours = {
  /** Of the button, as values of CSS */
  fill: string
  onFill: string
  /** Of the bare link */
  link: string
  /** What dark mode says beyond its usual rules */
  darkRules: string
}

/** Stands in a template where a colour goes. */
export const mark = (name: keyof MailColours) => `mark-of-${name}`

/** As they are without an accent colour: those of the interface. */
const builtIn: MailColours = { fill: builtInAccent, onFill: '#ffffff', link: '#5c5c67', darkRules: '' }

/** @param accent `#rrggbb`; empty for the built-in one */
export function mailColours(accent: string): MailColours {
  if (!accent) return builtIn
  const { light, dark } = accentOf(accent)
  return {
    fill: light.fill,
    onFill: light.onFill,
    link: light.ink,
    darkRules: `
  .button { background-color: ${dark.fill} !important; color: ${dark.onFill} !important; }
  .muted .muted { color: ${dark.ink} !important; }`,
  }
}

/** A part of a rendered mail with its colours. */
export const coloured = (html: string, colours: MailColours): string =>
  html.replace(/mark-of-(fill|onFill|link|darkRules)/g, (_, name: keyof MailColours) => colours[name])
