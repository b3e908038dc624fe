// A SOCKS5 proxy for tests (RFC 1928), with login (RFC 1929) if it is told to want one.
import net, { type Socket } from 'node:net'
import { type RawServer, startRawServer } from './raw-server'

export type SocksOptions = {
  login?: { username: string; password: string }
  /** What the names mean that it is asked for. */
  hosts?: Record<string, string>
}

export type SocksServer = RawServer & {
  /** What clients wanted to be connected to: names as names. */
  asked: string[]
}

/** Opens tunnels. Answers 5 (connection refused) for what it cannot reach. */
export async function startSocksProxy({ login, hosts = {} }: SocksOptions = {}): Promise<SocksServer> {
  const asked: string[] = []
  const server = await startRawServer(client => {
    converse(client).catch(() => client.destroy())
  })
  return { ...server, asked }

  async function converse(client: Socket) {
    const read = reader(client)
    const [version, count = 0] = await read(2)
    if (version !== 5) return client.destroy()
    const methods = await read(count)
    const method = login ? 2 : 0
    if (!methods.includes(method)) return client.end(Buffer.from([5, 255]))
    client.write(Buffer.from([5, method]))
    if (login && !(await signsIn(client, read, login))) return
    const [, command, , type = 0] = await read(4)
    const host = await destination(read, type)
    const port = (await read(2)).readUInt16BE()
    asked.push(`${host} port ${port}`)
    if (command !== 1) return client.end(reply(7))
    const upstream = net.connect({ host: hosts[host] ?? host, port })
    upstream.on('error', () => client.end(reply(5)))
    upstream.once('connect', () => {
      read.stop()
      client.write(reply(0))
      upstream.pipe(client).pipe(upstream)
      client.on('close', () => upstream.destroy())
    })
  }
}

async function signsIn(
  client: Socket,
  read: (length: number) => Promise<Buffer>,
  { username, password }: NonNullable<SocksOptions['login']>,
) {
  await read(1)
  const name = (await read((await read(1)).readUInt8())).toString()
  const word = (await read((await read(1)).readUInt8())).toString()
  const known = name === username && word === password
  client.write(Buffer.from([1, known ? 0 : 1]))
  if (!known) client.end()
  return known
}

async function destination(read: (length: number) => Promise<Buffer>, type: number) {
  if (type === 1) return [...(await read(4))].join('.')
  if (type === 3) return (await read((await read(1)).readUInt8())).toString('latin1')
  const groups = await read(16)
  const text = Array.from({ length: 8 }, (_, at) => groups.readUInt16BE(at * 2).toString(16)).join(':')
  return new URL(`http://[${text}]`).hostname.slice(1, -1)
}

const reply = (code: number) => Buffer.from([5, code, 0, 1, 127, 0, 0, 1, 0, 0])

/** Reads so and so many bytes at a time, until `stop`. */
function reader(socket: Socket) {
  let received = Buffer.alloc(0)
  let wake = () => {}
  const onData = (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    wake()
  }
  socket.on('data', onData)
  const read = async (length: number) => {
    while (received.length < length) {
      await new Promise<void>((resolve, reject) => {
        wake = resolve
        socket.once('close', () => reject(new Error('closed')))
      })
    }
    const bytes = received.subarray(0, length)
    received = received.subarray(length)
    return bytes
  }
  return Object.assign(read, { stop: () => socket.off('data', onData) })
}
