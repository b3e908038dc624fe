import { expect, it } from 'vitest'
import { csvLine } from './csv'

it.each([
  [['a', 'b'], 'a,b'],
  [['a,b', 'say "no"', 'two\nlines'], '"a,b","say ""no""","two\nlines"'],
  [[null, '', 0, -5], ',,0,-5'],
  [['=1+1', '+49', '-5', '@SUM(A1)'], "'=1+1,'+49,'-5,'@SUM(A1)"],
  [['\t=1', '\r=1', '=HYPERLINK("x","y")'], `'\t=1,"'\r=1","'=HYPERLINK(""x"",""y"")"`],
  [['a=1', 'Anna-Lena'], 'a=1,Anna-Lena'],
])('the cells %j are one line, and no formula', (cells, line) => {
  expect(csvLine(cells)).toBe(`${line}\r\n`)
})
