import { createElement, type ReactNode } from 'react'
import { width } from './theme'

/**
 * Outlook for Windows knows no `max-width`: there, and only there, a table of that width stands around. React
 * writes no comments, so an element of our own marks the place until `withGhosts` has seen it.
 */
export const OutlookWidth = ({ children }: { children: ReactNode }) => createElement(mark, null, children)

const mark = 'outlook-width'
const table = `<table role="presentation" align="center" border="0" cellpadding="0" cellspacing="0" width="${width}">`

/** The rendered mail with the comments that Outlook reads. */
export const withGhosts = (html: string): string =>
  html
    .replace(`<${mark}>`, `<!--[if mso]>${table}<tr><td><![endif]-->`)
    .replace(`</${mark}>`, '<!--[if mso]></td></tr></table><![endif]-->')
