// Stand-ins for the parameters of a mail while it is rendered for all its readers.
import type { MailTexts } from './_components/texts'
import type { MailParameters, Piece } from './compiled-mail'
import type { Escape } from './escaping'

type Read = (params: MailParameters) => string

/** Gives out stand-ins and finds them again in what was rendered, as slots: pieces that are filled in. */
export class Slots {
  private readonly reads: Read[] = []

  /** A text that no translation and no escaping changes, in the place of what `read` reads. */
  standIn(read: Read): string {
    return `slot${this.reads.push(read) - 1}standin`
  }

  /** The texts of a language, as they treat stand-ins: what they do to a value is done when it is filled in. */
  texts(t: MailTexts, tidy: (value: string) => string): MailTexts {
    const later = (change: (value: string) => string) => (value: string) => {
      const read = this.readOf(value)
      return read ? this.standIn(params => change(read(params))) : change(value)
    }
    const tidied = later(tidy)
    const translate = (key: string, values: Record<string, string> = {}) =>
      t(key, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, tidied(value)])))
    return Object.assign(translate, {
      locale: t.locale,
      moment: later(t.moment),
      shortened: later(t.shortened),
    })
  }

  /** A rendered text in pieces. `escapeAt` says how values are to be written at a place in it. */
  pieces(text: string, escapeAt: (at: number) => Escape): Piece[] {
    const pieces: Piece[] = []
    let end = 0
    for (const found of text.matchAll(standIns)) {
      const read = this.reads[Number(found[1])]!
      const escaped = escapeAt(found.index)
      pieces.push(text.slice(end, found.index), params => escaped(read(params)))
      end = found.index + found[0].length
    }
    return [...pieces, text.slice(end)].filter(piece => piece !== '')
  }

  private readOf(value: string): Read | undefined {
    const [found] = value.matchAll(standIns)
    if (found && found[0] !== value)
      throw new Error('A parameter of a mail can be shown whole, or not at all.')
    return found && this.reads[Number(found[1])]
  }
}

const standIns = /slot(\d+)standin/g
