import { expect, it } from 'vitest'
import { CsvUnreadable, encodingOf, readCsv } from './csv-reading'

const names = ['email', 'name']
const score = (head: string[]) => head.filter(cell => names.includes(cell)).length

async function read(bytes: Uint8Array) {
  const { rows, ...file } = await readCsv(bytes, score)
  const all = []
  for await (const { line, cells } of rows) all.push([line, ...cells])
  return { ...file, head: file.head?.cells, rows: all }
}

const utf8 = (text: string) => Buffer.from(text)
const utf16le = (text: string) => Buffer.from(text, 'utf16le')
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16()
const latin1 = (text: string) => Buffer.from(text, 'latin1')

const text = 'email,name\na@b.de,Jörg\n'

it.each([
  ['UTF-8', utf8(text), 'utf-8'],
  ['UTF-8 with its mark', utf8(`\ufeff${text}`), 'utf-8'],
  ['UTF-16 LE with its mark', utf16le(`\ufeff${text}`), 'utf-16le'],
  ['UTF-16 BE with its mark', utf16be(`\ufeff${text}`), 'utf-16be'],
  ['UTF-16 LE without a mark', utf16le(text), 'utf-16le'],
  ['UTF-16 BE without a mark', utf16be(text), 'utf-16be'],
  ['Windows-1252', latin1(text), 'windows-1252'],
] as const)('%s is recognised and read', async (_, bytes, encoding) => {
  expect(await read(bytes)).toEqual({
    encoding,
    delimiter: ',',
    head: names,
    rows: [[2, 'a@b.de', 'Jörg']],
  })
})

it('an umlaut at the very end of a long file decides how all of it is read', async () => {
  const many = `email,name\n${'a@b.de,Anna\n'.repeat(20_000)}`
  expect(encodingOf(utf8(`${many}c@d.de,Jörg`))).toBe('utf-8')
  const { encoding, rows } = await read(latin1(`${many}c@d.de,Jörg`))
  expect(encoding).toBe('windows-1252')
  expect(rows.at(-1)).toEqual([20_002, 'c@d.de', 'Jörg'])
})

it('Windows-1252 has signs where ISO 8859-1 has none', async () => {
  const bytes = Buffer.concat([
    latin1('email,name\na@b.de,O'),
    Buffer.from([0x92]),
    latin1('Neill \x80 \x9e'),
  ])
  expect((await read(bytes)).rows).toEqual([[2, 'a@b.de', 'O’Neill € ž']])
})

it('a character that lies across two pieces is read whole', async () => {
  const rows = 'a@b.de,äöü€😀\r\n'.repeat(20_000)
  for (const bytes of [utf8(`email,name\r\n${rows}`), utf16le(`\ufeffemail,name\r\n${rows}`)]) {
    const file = await read(bytes)
    expect(file.rows).toHaveLength(20_000)
    expect(file.rows.every(([, , name]) => name === 'äöü€😀')).toBe(true)
  }
})

it.each([
  [',', 'email,name\na,b'],
  [';', 'email;name\na;b'],
  [';', 'email;name (first, last, title)\na;b'],
  ['\t', 'email\tname\na\tb'],
  ['|', 'email|name\na|b'],
  [';', 'sep=;\nemail;name\na;b'],
  [';', '"sep=;"\r\nemail;name\r\na;b'],
  [';', 'unknown;words;here,too\na;b;c'],
  [',', 'email\na'],
])('the delimiter is %j in %j', async (delimiter, file) => {
  const read = await readCsv(utf8(file), score)
  expect(read.delimiter).toBe(delimiter)
  expect((await read.rows.next()).value?.cells[0]).toBe('a')
})

it.each([
  [
    'CRLF',
    'email,name\r\na,b\r\nc,d\r\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
    [2, 3],
  ],
  [
    'CR alone',
    'email,name\ra,b\rc,d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
    [2, 3],
  ],
  [
    'both in one file',
    'email,name\r\na,b\nc,d\r\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
    [2, 3],
  ],
  [
    'empty lines and empty rows',
    '\nemail,name\n\na,b\n , \n,\nc,d\n\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
    [4, 7],
  ],
  [
    'a cell over lines',
    'email,name\r\na,"b\r\nB"\r\nc,d',
    [
      ['a', 'b\nB'],
      ['c', 'd'],
    ],
    [2, 4],
  ],
  [
    'quotes',
    'email,name\na,"say ""no"", twice"\nc,an "open" one',
    [
      ['a', 'say "no", twice'],
      ['c', 'an "open" one'],
    ],
    [2, 3],
  ],
  ['more and fewer cells', 'email,name\na\nb,c,d', [['a'], ['b', 'c', 'd']], [2, 3]],
  [
    'a sep line',
    'sep=,\r\nemail,name\r\na,b\r\nc,d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
    [3, 4],
  ],
  [
    'what no database stores',
    'email,name\na,b\0c\nd,e',
    [
      ['a', 'b·c'],
      ['d', 'e'],
    ],
    [2, 3],
  ],
])('%s', async (_, file, cells, lines) => {
  const { rows } = await read(utf8(file))
  expect(rows.map(([, ...row]) => row)).toEqual(cells)
  expect(rows.map(([line]) => line)).toEqual(lines)
})

it.each(['', '\n\n', '\ufeff', ' , \n'])('a file with nothing in it has no head: %j', async file => {
  expect(await read(utf8(file))).toMatchObject({ head: undefined, rows: [] })
})

it('a quote that is never closed is told with its line, in a short file and in a long one', async () => {
  for (const rest of ['', 'x,y\n'.repeat(50_000)]) {
    const error = await read(utf8(`email,name\na,b\nc,"d\n${rest}`)).catch(error => error)
    expect(error).toBeInstanceOf(CsvUnreadable)
    expect(error.line).toBe(3)
  }
})
