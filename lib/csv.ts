// Files of rows, as every spreadsheet reads them.

/** What a spreadsheet takes for a formula, or for the end of the cell before one. */
const formula = /^[=+\-@\t\r]/
const special = /[",\r\n]/

/**
 * One line of a CSV file (RFC 4180) with its end. A text that a spreadsheet would run as a formula begins with an
 * apostrophe: what somebody calls themself does nothing on the machine of whoever opens the file.
 */
export const csvLine = (cells: (string | number | null)[]): string => `${cells.map(cellOf).join(',')}\r\n`

function cellOf(cell: string | number | null): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const text = formula.test(cell) ? `'${cell}` : cell
  return special.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
