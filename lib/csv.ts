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

/**
 * A file of any number of rows, written batch by batch while they are read: the next one when the reader has taken the
 * one before, and none any more when they no longer listen.
 */
export function streamOf<Row>(
  head: string,
  batches: AsyncIterable<Row[]>,
  lineOf: (row: Row) => string,
): ReadableStream<Uint8Array> {
  const reading = batches[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    start: controller => controller.enqueue(encoder.encode(head)),
    async pull(controller) {
      const { done, value } = await reading.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value.map(lineOf).join('')))
    },
    async cancel() {
      await reading.return?.()
    },
  })
}
