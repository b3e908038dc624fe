// Stand-ins for the parameters of a mail while it is rendered for all its readers.
import type { MailTexts } from './_components/texts'
import { type Change, changesIn, type Slot } from './compiled-mail'
import type { EscapeName } from './escaping'

type Filling = Omit<Slot, 'escape'>

/** Gives out stand-ins and finds them again in what was rendered, as slots that are filled in. */
export class Slots {
  private readonly fillings: Filling[] = []

  /** A text that no translation and no escaping changes, in the place of a parameter. */
  standIn(parameter: string, changes: Change[] = []): string {
    return `slot${this.fillings.push({ parameter, changes }) - 1}standin`
  }

  /** The texts of a language, as they treat stand-ins: what they do to a value is done when it is filled in. */
  texts(t: MailTexts): MailTexts {
    const changes = changesIn(t)
    const later = (change: Change) => (value: string) => {
      const filling = this.fillingOf(value)
      return filling ? this.standIn(filling.parameter, [...filling.changes, change]) : changes[change](value)
    }
    const tidied = later('oneLine')
    const translate = (key: string, values: Record<string, string> = {}) =>
      t(key, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, tidied(value)])))
    return Object.assign(translate, {
      locale: t.locale,
      moment: later('moment'),
      span: later('span'),
      shortened: later('shortened'),
      unlinked: later('unlinked'),
    })
  }

  /** A rendered text in pieces. `escapeAt` says how values are to be written at a place in it. */
  pieces(text: string, escapeAt: (at: number) => EscapeName): (string | Slot)[] {
    const pieces: (string | Slot)[] = []
    let end = 0
    for (const found of text.matchAll(standIns)) {
      const filling = this.fillings[Number(found[1])] as Filling
      pieces.push(text.slice(end, found.index), { ...filling, escape: escapeAt(found.index) })
      end = found.index + found[0].length
    }
    return [...pieces, text.slice(end)].filter(piece => piece !== '')
  }

  private fillingOf(value: string): Filling | undefined {
    const [found] = value.matchAll(standIns)
    if (found && found[0] !== value)
      throw new Error('A parameter of a mail can be shown whole, or not at all.')
    return found && this.fillings[Number(found[1])]
  }
}

const standIns = /slot(\d+)standin/g
