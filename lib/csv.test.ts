import { expect, test } from 'vitest'
import { csvLine } from './csv'

test('a line ends with CR LF, and what has commas, quotes or lines in it stands in quotes', () => {
  expect(csvLine(['a', 'b,c', 'say "d"', 'e\nf', null, 3])).toBe('a,"b,c","say ""d""","e\nf",,3\r\n')
})

test('what a spreadsheet would take for a formula is text', () => {
  for (const start of ['=', '+', '-', '@', '\t'])
    expect(csvLine([`${start}HYPERLINK(1)`])).toBe(`'${start}HYPERLINK(1)\r\n`)
  expect(csvLine(['\r=1'])).toBe(`"'\r=1"\r\n`)
  expect(csvLine(['a=b', -5])).toBe('a=b,-5\r\n')
})
