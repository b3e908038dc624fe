import { mark } from '../colours'

/*
 * Colours and sizes of the mails: those of the interface, as literal values, because mail clients know
 * no variables. Light ones stand inline at the elements; clients that follow the reader's dark mode find
 * the dark ones here by class. The fonts are those the reader's system has: nothing is fetched.
 */
export const font =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'

/** Of a mail, in pixels. Narrower windows make it narrower. */
export const width = 544

export const light = {
  canvas: '#f3f3f5',
  surface: '#ffffff',
  line: '#e3e3e8',
  ink: '#1a1a1f',
  muted: '#5c5c67',
}

/** Which colours these are is known when a mail is filled in: see emails/colours.ts. */
export const accent = { fill: mark('fill'), text: mark('onFill'), link: mark('link') }

export const darkMode = `
@media (prefers-color-scheme: dark) {
  .canvas { background-color: #101013 !important; }
  .canvas td { background-color: transparent !important; }
  .surface { background-color: #17171b !important; border-color: #2c2c34 !important; }
  .ink { color: #ededf1 !important; }
  .muted { color: #a4a4b0 !important; }
  .button { background-color: #5660d4 !important; }${mark('darkRules')}
}`
