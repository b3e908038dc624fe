// What a key looks like: `lk_`, forty random signs, and six that are made of these. Scanners of source code can find
// it by its form, and what was mistyped or made up is known without a look at the database.
import { randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

const signs = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const form = /^lk_([\dA-Za-z]{40})([\dA-Za-z]{6})$/

/** A new key, with 238 random bits. */
export const newKeyText = (): string =>
  keyTextOf(Array.from({ length: 40 }, () => signs[randomInt(signs.length)]).join(''))

const keyTextOf = (random: string): string => `lk_${random}${checkSigns(random)}`

/** Whether a text has the form of a key, and its last six signs are those of the others. */
export function isKeyText(text: string): boolean {
  const [, random = '', check] = form.exec(text) ?? []
  return random !== '' && checkSigns(random) === check
}

/** Its last signs, by which a person tells it from others. */
export const hintOf = (text: string): string => text.slice(-4)

/** The key of the demo. Everybody knows it, so it opens nothing where the demo is off. */
export const demoKey = keyTextOf('demo'.repeat(10))

function checkSigns(random: string): string {
  let rest = crc32(random)
  let text = ''
  for (let place = 0; place < 6; place++) {
    text = signs[rest % signs.length] + text
    rest = Math.floor(rest / signs.length)
  }
  return text
}
