// What a pooler in transaction mode does, in small: clients keep their connections to it, and share those behind it.
import net, { type AddressInfo, type Socket } from 'node:net'

export type Pooler = { url: string; close(): Promise<void> }

/** @param url a PostgreSQL server that takes a password in clear @param size how many connections it shares out */
export async function startTransactionPooler(url: string, size = 2): Promise<Pooler> {
  const free = await Promise.all(Array.from({ length: size }, () => connectBackend(new URL(url))))
  const backends = [...free]
  const waiting: ((backend: Backend) => void)[] = []
  const clients = new Set<Socket>()
  // The one that was used last goes first, as with PgBouncer.
  const giveBack = (backend: Backend) => {
    const next = waiting.shift()
    if (next) next(backend)
    else free.unshift(backend)
  }
  const borrow = () =>
    new Promise<Backend>(resolve => {
      const backend = free.shift()
      if (backend) resolve(backend)
      else waiting.push(resolve)
    })
  const server = net.createServer(async client => {
    clients.add(client)
    client.on('error', () => {})
    let lent: Backend | null = null
    for await (const message of messages(client, true)) {
      if (message.type === '') {
        // Welcome: no password wanted, and ready.
        client.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]))
        continue
      }
      if (message.type === 'X') break
      lent ??= await borrow()
      const backend: Backend = lent
      backend.toClient = bytes => client.write(bytes)
      backend.onIdle = () => {
        if (lent !== backend) return
        lent = null
        giveBack(backend)
      }
      backend.socket.write(message.bytes)
    }
    clients.delete(client)
    client.end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const through = new URL(url)
  through.port = String((server.address() as AddressInfo).port)
  return {
    url: through.href,
    async close() {
      for (const { socket } of backends) socket.destroy()
      for (const client of clients) client.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

type Backend = { socket: Socket; toClient(bytes: Buffer): void; onIdle(): void }

async function connectBackend({ hostname, port, username, password, pathname }: URL): Promise<Backend> {
  const socket = net.connect(Number(port), hostname)
  socket.on('error', () => {})
  const backend: Backend = { socket, toClient() {}, onIdle() {} }
  const words = Buffer.from(`user\0${username}\0database\0${pathname.slice(1)}\0\0`)
  socket.write(Buffer.concat([length(words.length + 8), length(196_608), words]))
  let welcomed = () => {}
  const welcome = new Promise<void>(resolve => {
    welcomed = resolve
  })
  void (async () => {
    let open = false
    for await (const { type, bytes } of messages(socket, false)) {
      if (type === 'R' && bytes.readInt32BE(5) === 3) {
        const secret = Buffer.from(`${decodeURIComponent(password)}\0`)
        socket.write(Buffer.concat([Buffer.from('p'), length(secret.length + 4), secret]))
      }
      if (open) backend.toClient(bytes)
      if (type !== 'Z') continue
      // Between transactions it is anybody's.
      if (open && bytes.toString('latin1', 5) === 'I') backend.onIdle()
      open = true
      welcomed()
    }
  })()
  await welcome
  return backend
}

/** The messages of the protocol (PostgreSQL, 55.7); a client's first one has no type. */
async function* messages(socket: Socket, fromClient: boolean) {
  let rest = Buffer.alloc(0)
  let first = fromClient
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      rest = Buffer.concat([rest, chunk])
      for (let size = sizeOf(rest, first); size > 0; size = sizeOf(rest, first)) {
        const bytes = rest.subarray(0, size)
        rest = rest.subarray(size)
        yield { type: first ? '' : String.fromCharCode(bytes[0] ?? 0), bytes }
        first = false
      }
    }
  } catch {
    // A side that goes away says nothing more.
  }
}

/** How long the message at the beginning is; 0 while it is not all there. */
function sizeOf(bytes: Buffer, untyped: boolean): number {
  const head = untyped ? 0 : 1
  if (bytes.length < head + 4) return 0
  const size = head + bytes.readInt32BE(head)
  return bytes.length < size ? 0 : size
}

function length(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
