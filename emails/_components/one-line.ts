/**
 * Other people's input as a part of one line. Line breaks would forge lines and headers, bidirectional
 * controls turn the sentence around them; a name that is itself written from right to left is isolated from it.
 */
export function oneLine(value: string): string {
  if (ordinary.test(value)) return value
  const line = value
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/g, '')
    .replace(/^[\s\u200b]+|[\s\u200b]+$/g, '')
  return /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/.test(line) ? `\u2068${line}\u2069` : line
}

/** Most names and all addresses: nothing of the above is in them. */
const ordinary = /^[!-~](?:[ -~]*[!-~])?$/
