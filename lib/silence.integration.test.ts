// A PostgreSQL that vanishes without a word: the network is cut, the machine is gone, nobody closes a connection.
import net, { type AddressInfo, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { openPostgres } from './db'
import { databaseKind, useTestDatabase } from './testing/database'

const test = useTestDatabase()

/** A way to the server that can fall silent. */
async function startWay(url: string) {
  const { hostname, port } = new URL(url)
  const sockets = new Set<Socket>()
  const server = net.createServer(socket => {
    const onward = net.connect(Number(port), hostname)
    for (const side of [socket, onward]) {
      sockets.add(side)
      side.on('error', () => {})
    }
    socket.pipe(onward).pipe(socket)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const through = new URL(url)
  through.port = String((server.address() as AddressInfo).port)
  return {
    url: through.href,
    fallSilent() {
      for (const socket of sockets) socket.unpipe().pause()
    },
  }
}

it.runIf(databaseKind() === 'postgres')(
  'is known to be away within seconds, and its queries end',
  async () => {
    const way = await startWay(test.url)
    const database = openPostgres(way.url)
    expect(await database.answers()).toBe(true)
    await database.prisma.$queryRaw`SELECT 1`
    way.fallSilent()
    const query = expect(database.prisma.$queryRaw`SELECT 1`).rejects.toThrow()
    expect(await database.answers()).toBe(false)
    await query
  },
)

it.runIf(databaseKind() === 'postgres')(
  'a statement that somebody waits for has an end, a migration has none',
  async () => {
    const timeout = 'SELECT current_setting($1) AS value'
    const { prisma, adapter, query } = test.database
    const [{ value }] = (await prisma.$queryRawUnsafe(timeout, 'statement_timeout')) as [{ value: string }]
    expect(value).toBe('15s')
    const { Prisma } = await import('@/generated/prisma/client')
    expect(await query(Prisma.sql`SELECT current_setting('statement_timeout') AS value`)).toEqual([
      { value: '15s' },
    ])
    const connection = await adapter.connect()
    const { rows } = await connection.queryRaw({
      sql: timeout,
      args: ['statement_timeout'],
      argTypes: [{ scalarType: 'string', arity: 'scalar' }],
    })
    await connection.dispose()
    expect(rows).toEqual([['0']])
  },
)
