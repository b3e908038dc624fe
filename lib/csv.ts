// Comma-separated values (RFC 4180) that are safe to open in a spreadsheet.

/** What tells Excel that the text is UTF-8. */
export const byteOrderMark = '\ufeff'

/** One line with its end. A spreadsheet takes what begins like a formula for one: an apostrophe says that it is text. */
export const csvLine = (cells: readonly (string | number | null | undefined)[]): string =>
  `${cells.map(cell).join(',')}\r\n`

function cell(value: string | number | null | undefined): string {
  if (typeof value === 'number') return String(value)
  const text = value ?? ''
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
