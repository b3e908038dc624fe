import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { isAway, refusedByDatabase } from './db-errors'

const withCode = (code: string, message = 'said the server') => Object.assign(new Error(message), { code })

/** What the driver says of a server that takes the connection and then says nothing. */
async function noAnswer(): Promise<Error> {
  const server = createServer(socket => socket.resume())
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const client = new pg.Client({ host: '127.0.0.1', port, connectionTimeoutMillis: 20 })
  const error = await client.connect().then(
    () => new Error('it answered'),
    error => error,
  )
  await new Promise(resolve => server.close(resolve))
  return error
}
const unanswered = await noAnswer()

describe('an error of the database', () => {
  it.each([
    withCode('ECONNREFUSED'),
    withCode('ENOTFOUND', 'getaddrinfo ENOTFOUND db'),
    withCode('57P03', 'the database system is starting up'),
    withCode('57P01', 'terminating connection due to administrator command'),
    withCode('53300', 'sorry, too many clients already'),
    withCode('08006'),
    new Error('Connection terminated unexpectedly'),
    new Error('Connection terminated due to connection timeout'),
    new Error('timeout exceeded when trying to connect'),
    new Error('Query read timeout'),
    unanswered,
    new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNREFUSED')]),
    Object.assign(new Error('Raw query failed'), {
      code: 'P2010',
      meta: { driverAdapterError: { cause: { originalCode: '57P01' } } },
    }),
    withCode('P1001', "Can't reach database server at db:5432"),
  ])('passes by itself: $message', error => {
    expect(isAway(error)).toBe(true)
  })

  it.each([
    withCode('28P01', 'password authentication failed for user "latchkey"'),
    withCode('3D000', 'database "latchkey" does not exist'),
    withCode('42501', 'permission denied for schema public'),
    withCode('42P07', 'relation "User" already exists'),
    withCode('25006', 'cannot execute CREATE TABLE in a read-only transaction'),
  ])('stays until somebody mends it, and is said in one sentence: $message', error => {
    expect(isAway(error)).toBe(false)
    expect(refusedByDatabase(error)?.message).toBe(
      `The database does not let Latchkey start: ${error.message}. (SQLSTATE ${error.code})`,
    )
  })

  it('that is a bug of ours is neither', () => {
    const bug = new TypeError('x is not a function')
    expect(isAway(bug)).toBe(false)
    expect(refusedByDatabase(bug)).toBeNull()
  })
})
