// The text of a dump, without a database: what is refused, however it comes in pieces.
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { inWholeLines, type Table } from './bulk'
import { readDump } from './dump'

const head = { latchkey: 'dump', format: 1, version: '0.1.0', at: '2026-12-01', migrations: [], about: null }
const people = ['1\tAnna\n', '2\t\\\\.\n', '3\tBen\\n\n']

/** As it is written; each part can be another. */
function text({ rows = people, counted = people.length, hash = (said: string) => said } = {}) {
  const body = `${JSON.stringify(head)}\n{"table":"Empty","columns":["id"]}\n\\.\n{"table":"User","columns":["id","name"]}\n${rows.join('')}\\.\n`
  const sha256 = hash(createHash('sha256').update(body).digest('hex'))
  return `${body}${JSON.stringify({ end: { tables: { Empty: 0, User: counted }, rows: counted, sha256 } })}\n`
}

async function* inPieces(whole: string, size: number) {
  const bytes = Buffer.from(whole)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function tablesOf(whole: string, size = 7) {
  const found: Record<string, string> = {}
  await readDump(
    inPieces(whole, size),
    () => {},
    async (table: Table, rows) => {
      found[table.name] = ''
      for await (const piece of rows) found[table.name] += Buffer.from(piece).toString()
    },
  )
  return found
}

test.each([1, 2, 3, 7, 64, 10_000])('is read in pieces of %i bytes as it was written', async size => {
  expect(await tablesOf(text(), size)).toEqual({ Empty: '', User: people.join('') })
})

const whole = text()
test.each([
  ['a row changed', whole.replace('Anna', 'Anne')],
  ['a row gone', text({ rows: people.slice(1) })],
  ['another checksum', text({ hash: said => said.replace(/^./, first => (first === '0' ? '1' : '0')) })],
  ['another number of rows', text({ counted: 4 })],
  ['something behind its end', `${whole}more\n`],
  ['no end of its last table', whole.slice(0, whole.indexOf('Ben'))],
  ['no last line', whole.slice(0, whole.lastIndexOf('{"end"'))],
  ['half a last line', whole.slice(0, -5)],
  ['a line that says nothing', whole.replace('{"table":"User"', '{"tabel":"User"')],
])('is damaged with %s', async (_what, changed) => {
  await expect(tablesOf(changed)).rejects.toThrow(/^This backup is damaged or cut off/)
})

test('something else is no dump', async () => {
  await expect(tablesOf('{"a":1}\n')).rejects.toThrow('This is not a backup of Latchkey.')
})

test('rows come on in whole lines', async () => {
  for (const size of [1, 3, 100]) {
    const pieces: string[] = []
    for await (const piece of inWholeLines(inPieces(people.join(''), size), 8))
      pieces.push(Buffer.from(piece).toString())
    expect(pieces.every(piece => piece.endsWith('\n'))).toBe(true)
    expect(pieces.join('')).toBe(people.join(''))
  }
})
