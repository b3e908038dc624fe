// The colours that an accent colour comes to. Whatever it is, text stays readable: WCAG 2.2 asks for a contrast of 4.5
// for text (1.4.3) and of 3 for what tells a control from what is around it (1.4.11).

/** As app/globals.css has it in the light. */
export const builtInAccent = '#4650c3'

/** Of one brightness of the interface, as `#rrggbb`. */
type Accent = {
  /** Of buttons and marked boxes, and that under the pointer; 3 against all surfaces */
  fill: string
  strong: string
  /** Text on both */
  onFill: string
  /** Links and rings on all surfaces and on `soft` */
  ink: string
  /** Behind what is chosen, for all texts */
  soft: string
}

/** What the interface has apart from its accent, as app/globals.css names it. */
export const grounds = {
  light: { surfaces: ['#fafafb', '#ffffff', '#f3f3f5'], texts: ['#1a1a1f', '#5c5c67'] },
  dark: { surfaces: ['#101013', '#17171b', '#1f1f25'], texts: ['#ededf1', '#a4a4b0'] },
}

const readable = 4.5
const visible = 3
const white = '#ffffff'
const black = '#000000'

type Accents = Record<'light' | 'dark', Accent>

/** @param colour `#rrggbb` */
export function accentOf(colour: string): Accents {
  if (last?.colour !== colour) last = { colour, accents: accentsOf(colour) }
  return last.accents
}

/** Every page asks for the same one. */
let last: { colour: string; accents: Accents } | undefined

const accentsOf = (colour: string): Accents => ({
  light: derived(colour, grounds.light, { towards: black, softOn: white, share: 0.1 }),
  dark: derived(colour, grounds.dark, { towards: white, softOn: '#17171b', share: 0.2 }),
})

/** Whether a text is a colour as it is kept: what is written into pages and mails is nothing else. */
export const isColour = (text: unknown): text is string =>
  typeof text === 'string' && /^#[\da-f]{6}$/.test(text)

type Ground = (typeof grounds)['light']
type Way = { towards: string; softOn: string; share: number }

function derived(colour: string, { surfaces, texts }: Ground, { towards, softOn, share }: Way): Accent {
  const shows = (fill: string) => surfaces.every(under => contrast(fill, under) >= visible)
  const moderate = moved(colour, towards, shows)
  const fill = contrast(white, colour) < visible ? moderate : underWhite(moderate, shows)
  const onFill = contrast(white, fill) >= readable ? white : black
  // Away from its text, so that this is read as well there as on the fill.
  const strong = mixed(fill, onFill === white ? black : white, 0.16)
  const soft = moved(mixed(softOn, colour, share), softOn, soft =>
    texts.every(text => contrast(text, soft) >= readable),
  )
  const ink = moved(colour, towards, ink =>
    [...surfaces, soft].every(under => contrast(ink, under) >= readable),
  )
  return { fill, strong, onFill, ink, soft }
}

/** A colour that white is nearly readable on, so much darker that it is: people know a green button with white text. */
function underWhite(fill: string, shows: (fill: string) => boolean): string {
  const darker = moved(fill, black, shade => contrast(white, shade) >= readable)
  return shows(darker) ? darker : fill
}

const steps = 64

/** The colour, so far towards another one as it takes. */
function moved(colour: string, towards: string, enough: (colour: string) => boolean): string {
  for (let step = 0; step < steps; step++) {
    const shade = mixed(colour, towards, step / steps)
    if (enough(shade)) return shade
  }
  return towards
}

const parts = (colour: string) => [1, 3, 5].map(at => Number.parseInt(colour.slice(at, at + 2), 16))

/** @param share of the other one */
function mixed(colour: string, other: string, share: number): string {
  const others = parts(other)
  const mix = parts(colour).map((part, at) => Math.round(part + ((others[at] ?? 0) - part) * share))
  return `#${mix.map(part => part.toString(16).padStart(2, '0')).join('')}`
}

/** As WCAG 2.2 defines it: from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (bright + 0.05) / (dark + 0.05)
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = parts(colour).map(part => {
    const value = part / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
