import { expect, test } from 'vitest'
import { madeOnce } from './made-once'

test('what is made for the same names is made once, and for others anew', () => {
  let made = 0
  const number = madeOnce((_one: string, _other: string) => ++made)
  expect([number('a', 'b'), number('a', 'b'), number('ab', ''), number('b', 'a')]).toEqual([1, 1, 2, 3])
})

test('however many names there are, little is kept', () => {
  let made = 0
  const number = madeOnce((_name: string) => ++made)
  for (let name = 0; name < 1_000; name++) number(`${name}`)
  expect([number('999'), number('0')]).toEqual([1_000, 1_001])
})
