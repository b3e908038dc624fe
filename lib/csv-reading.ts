// Comma-separated values as programs and people make them: in what encoding and with what delimiter shows the text.
import { isUtf8 } from 'node:buffer'
import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { parse as parseNow } from 'csv-parse/sync'
import { storableText } from './storable-text'

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'
type Delimiter = ',' | ';' | '\t' | '|'

/** A row and the number of the line that it begins on, as a text editor counts. */
export type CsvRow = { line: number; cells: string[] }

export type CsvFile = {
  encoding: Encoding
  delimiter: Delimiter
  /** The first row that is not empty; null in a file without any */
  head: CsvRow | null
  /** All rows after the head that are not empty, read while they are asked for. @throws CsvUnreadable */
  rows: AsyncGenerator<CsvRow>
}

/** A quote is opened and never closed, or one row is longer than any row should be. */
export class CsvUnreadable extends Error {
  constructor(
    /** Where it begins, as far as is known */
    readonly line: number,
  ) {
    super(`The file cannot be read from line ${line} on.`)
  }
}

/** In characters; a quote that is never closed would make one row of the whole file. */
const longestRow = 100_000
/** In bytes: so much is looked at to find out the delimiter, and decoded at once. */
const pieceBytes = 64 * 1024

/**
 * Opens a file that is held in memory; its rows are made one after the other.
 * @param score says how much a row looks like the head that is looked for: by it delimiters are told apart
 * @throws CsvUnreadable
 */
export async function readCsv(bytes: Uint8Array, score: (head: string[]) => number): Promise<CsvFile> {
  const encoding = encodingOf(bytes)
  const [sample = ''] = textOf(bytes, encoding)
  const told = toldDelimiter(sample)
  const delimiter = told ?? recogniseDelimiter(sample, score)
  const reading = readRows(bytes, { encoding, delimiter, from: told ? 2 : 1 })
  const first = await reading.next()
  return { encoding, delimiter, head: first.done ? null : first.value, rows: reading }
}

/**
 * A mark at the beginning tells it, else zeros where UTF-16 has them in European text. Windows-1252 is what
 * spreadsheets write that know nothing newer: every text of bytes can be read as it, so it comes last.
 */
export function encodingOf(bytes: Uint8Array): Encoding {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  const sample = bytes.subarray(0, pieceBytes)
  const zeros = [0, 0]
  sample.forEach((byte, at) => {
    if (byte === 0) zeros[at % 2]!++
  })
  const [even = 0, odd = 0] = zeros
  if (odd > sample.length / 8 && odd > 4 * even) return 'utf-16le'
  if (even > sample.length / 8 && even > 4 * odd) return 'utf-16be'
  return isUtf8(bytes) ? 'utf-8' : 'windows-1252'
}

/** Piece by piece, with every end of a line made the same. */
function* textOf(bytes: Uint8Array, encoding: Encoding): Generator<string> {
  let held = ''
  for (const piece of decoded(bytes, encoding)) {
    const text = held + piece
    // Whether it is half of an end shows the next piece.
    held = text.endsWith('\r') ? '\r' : ''
    yield (held ? text.slice(0, -1) : text).replace(/\r\n?/g, '\n')
  }
  if (held) yield '\n'
}

function* decoded(bytes: Uint8Array, encoding: Encoding): Generator<string> {
  const decoder = encoding === 'windows-1252' ? null : new TextDecoder(encoding)
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const piece = bytes.subarray(at, at + pieceBytes)
    yield decoder ? decoder.decode(piece, { stream: true }) : windows1252(piece)
  }
  if (decoder) yield decoder.decode()
}

/** Some versions of Node take it for ISO 8859-1 in their decoder, which has control characters here. */
const windows1252 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, sign => signs[sign.charCodeAt(0) - 0x80] ?? sign)

/** From 0x80 on (https://encoding.spec.whatwg.org/index-windows-1252.txt); what has no sign stays what it is. */
const signs =
  '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178'

const delimiters: Delimiter[] = [',', ';', '\t', '|']

/** Excel says it in a line of its own in front of the head. */
function toldDelimiter(text: string): Delimiter | null {
  const [, told] = /^"?sep=([,;\t|])"?[ \t]*(?:\n|$)/i.exec(text) ?? []
  return delimiters.find(delimiter => delimiter === told) ?? null
}

/** The one by which the first row looks most like the head that is looked for, else has the most cells. */
function recogniseDelimiter(text: string, score: (head: string[]) => number): Delimiter {
  const tried = delimiters.map(delimiter => {
    const cells = headBy(text, delimiter)
    return { delimiter, score: score(cells), cells: cells.length }
  })
  tried.sort((one, other) => other.score - one.score || other.cells - one.cells)
  return tried[0]?.delimiter ?? ','
}

function headBy(text: string, delimiter: Delimiter): string[] {
  try {
    return parseNow(text, { ...optionsOf(delimiter), info: false, to: 1 })[0] ?? []
  } catch {
    return []
  }
}

/** A quote in the middle of a cell means itself. */
const optionsOf = (delimiter: Delimiter) => ({
  delimiter,
  record_delimiter: '\n',
  relax_column_count: true,
  relax_quotes: true,
  skip_empty_lines: true,
  max_record_size: longestRow,
})

type Reading = { encoding: Encoding; delimiter: Delimiter; from: number }

async function* readRows(bytes: Uint8Array, reading: Reading): AsyncGenerator<CsvRow> {
  // How far the parser has come: after an error what it had ready is not handed out any more.
  let last = 0
  const parser = parse({
    ...optionsOf(reading.delimiter),
    info: true,
    from_line: reading.from,
    on_record(record, { lines }) {
      last = lines
      return record
    },
  })
  Readable.from(textOf(bytes, reading.encoding)).pipe(parser)
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[]
      info: { lines: number }
    }>) {
      const cells = record.map(storableText)
      if (cells.every(cell => cell.trim() === '')) continue
      // It is told where the row ends.
      const within = cells.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0)
      yield { line: info.lines - within, cells }
    }
  } catch (error) {
    if (error instanceof CsvError) throw new CsvUnreadable(last + 1)
    throw error
  }
}
