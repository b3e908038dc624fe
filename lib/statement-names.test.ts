import { expect, test } from 'vitest'
import { statementNames } from './statement-names'

/** What a statement is called the first `times` times. */
const called = (nameOf: ReturnType<typeof statementNames>, sql: string, times: number) =>
  Array.from({ length: times }, () => nameOf({ sql }))

test('a statement that is run again and again has a name of its own, and keeps it', () => {
  const nameOf = statementNames()
  const [one, other] = [called(nameOf, 'SELECT 1', 25), called(nameOf, 'SELECT 2', 25)]
  expect(one[0]).toBe('')
  expect(one.at(-1)).not.toBe('')
  expect(nameOf({ sql: 'SELECT 1' })).toBe(one.at(-1))
  expect(other.at(-1)).not.toBe(one.at(-1))
})

test.each(['SELECT * FROM "User"', 'UPDATE "Row" SET a = 1 RETURNING *', 'SELECT mail.* FROM mail'])(
  '%s has none: its columns may change',
  sql => {
    expect(called(statementNames(), sql, 50).filter(Boolean)).toEqual([])
  },
)

test.each(['BEGIN', 'COMMIT', 'SAVEPOINT one'])('%s has none: it has no plan', sql => {
  expect(called(statementNames(), sql, 50).filter(Boolean)).toEqual([])
})

test('counting rows is no matter of columns', () => {
  expect(called(statementNames(), 'SELECT count(*) FROM "User"', 50).at(-1)).not.toBe('')
})

test('so many have a name, however many there are', () => {
  const nameOf = statementNames()
  const named = Array.from({ length: 300 }, (_, index) => called(nameOf, `SELECT ${index}`, 25).at(-1))
  expect(new Set(named.filter(Boolean)).size).toBe(200)
})

test('those that are seldom run do not add up', () => {
  const nameOf = statementNames()
  for (let index = 0; index < 10_000; index++) nameOf({ sql: `SELECT ${index}` })
  expect(called(nameOf, 'SELECT 1', 25).at(-1)).not.toBe('')
})
