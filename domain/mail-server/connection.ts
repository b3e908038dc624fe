// From a host name to an open TCP connection: names, addresses of both families, HTTP CONNECT proxies.
import { lookup as systemLookup } from 'node:dns/promises'
import net from 'node:net'
import { domainToASCII } from 'node:url'
import { SubmissionError } from './failure'
import type { SubmissionRecord } from './record'
import type { MailServerSecrets, MailServerSettings } from './settings'

/** Resolves a name to addresses, or rejects with the resolver's `code`. */
export type Lookup = (host: string) => Promise<string[]>

/** RFC 8305 §5: how long one address may keep us waiting before the next is tried beside it. */
const attemptDelay = 250

/** The name as it goes into DNS, SNI and certificates: without brackets, international names in ASCII. */
export function asciiHost(host: string) {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  return net.isIP(bare) ? bare : domainToASCII(bare)
}

/** Opens the connection to the mail server, through its proxy if it has one. Reports `dns` and `connect`. */
export async function connectTo(
  settings: MailServerSettings,
  secrets: MailServerSecrets,
  record: SubmissionRecord,
  lookup: Lookup = systemAddresses,
  signal?: AbortSignal,
): Promise<net.Socket> {
  const timeout = settings.timeoutSeconds * 1000
  const { host, port } = settings.proxy ?? settings
  try {
    const addresses = await record.stage('dns', async facts => {
      if (settings.proxy) facts.proxy = host
      facts.addresses = await resolve(host, lookup, timeout)
      return facts.addresses
    })
    return await record.stage('connect', async facts => {
      facts.tried = addresses
      const socket = await connectToAny(addresses, port, timeout, signal)
      facts.address = `${socket.remoteAddress} port ${port}`
      record.note(`Connected to ${facts.address}`)
      socket.setNoDelay(true)
      if (settings.proxy) await openTunnel(socket, settings, secrets, record, timeout)
      return socket
    })
  } catch (error) {
    if (settings.proxy && error instanceof SubmissionError && error.failure.kind !== 'proxy') {
      const { failure } = error
      const text = failure.kind === 'network' ? failure.code : failure.kind
      throw new SubmissionError({ kind: 'proxy', status: null, text })
    }
    throw error
  }
}

async function systemAddresses(host: string) {
  const found = await systemLookup(host, { all: true, verbatim: true })
  return found.map(({ address }) => address)
}

/** All addresses of a name, in the resolver's order. */
async function resolve(host: string, lookup: Lookup, timeout: number): Promise<string[]> {
  const name = asciiHost(host)
  if (net.isIP(name)) return [name]
  // RFC 6761 §6.4: `.invalid` never exists; an offline resolver would call that a temporary failure.
  if (name === '' || /(^|\.)invalid\.?$/i.test(name)) {
    throw new SubmissionError({ kind: 'network', code: 'ENOTFOUND' })
  }
  let timer: NodeJS.Timeout | undefined
  try {
    const addresses = await Promise.race([
      lookup(name),
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new SubmissionError({ kind: 'timeout' })), timeout)
      }),
    ])
    if (addresses.length === 0) throw new SubmissionError({ kind: 'network', code: 'ENOTFOUND' })
    return [...new Set(addresses)]
  } catch (error) {
    if (error instanceof SubmissionError) throw error
    throw new SubmissionError({ kind: 'network', code: (error as NodeJS.ErrnoException).code ?? 'ENOTFOUND' })
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Connects to the first address that answers (RFC 8305 in short: one after another, the next one as soon as
 * the last has failed or kept us waiting). `timeout` in milliseconds is for all of them together.
 */
function connectToAny(addresses: string[], port: number, timeout: number, signal?: AbortSignal) {
  return new Promise<net.Socket>((resolve, reject) => {
    const waiting = [...addresses]
    const open = new Set<net.Socket>()
    const codes: string[] = []
    let next: NodeJS.Timeout | undefined
    const give = (settle: () => void) => {
      clearTimeout(limit)
      clearTimeout(next)
      signal?.removeEventListener('abort', abort)
      for (const socket of open) socket.destroy()
      settle()
    }
    const fail = (error: unknown) => give(() => reject(error))
    const abort = () => fail(signal?.reason)
    const limit = setTimeout(() => fail(new SubmissionError({ kind: 'timeout' })), timeout)
    const attempt = () => {
      clearTimeout(next)
      const address = waiting.shift()
      if (address === undefined) {
        // A refusal says more than "no route", which a missing IPv6 gives on its own.
        const code = codes.find(code => code === 'ECONNREFUSED') ?? codes.at(-1) ?? 'ENOTFOUND'
        if (open.size === 0) fail(new SubmissionError({ kind: 'network', code }))
        return
      }
      const socket = net.connect({ host: address, port })
      open.add(socket)
      socket.once('connect', () => {
        open.delete(socket)
        socket.removeAllListeners('error')
        // Nobody listens until the wire or TLS takes over: an early reset must not crash the process.
        socket.on('error', () => {})
        socket.pause()
        give(() => resolve(socket))
      })
      socket.once('error', (error: NodeJS.ErrnoException) => {
        open.delete(socket)
        codes.push(error.code ?? error.message)
        attempt()
      })
      if (waiting.length > 0) next = setTimeout(attempt, attemptDelay)
    }
    if (signal?.aborted) return abort()
    signal?.addEventListener('abort', abort, { once: true })
    attempt()
  })
}

/** HTTP CONNECT (RFC 9110 §9.3.6). The proxy resolves the mail server's name. */
async function openTunnel(
  socket: net.Socket,
  settings: MailServerSettings,
  secrets: MailServerSecrets,
  record: SubmissionRecord,
  timeout: number,
) {
  const host = asciiHost(settings.host)
  const target = `${net.isIPv6(host) ? `[${host}]` : host}:${settings.port}`
  const username = settings.proxy?.username
  const login = username
    ? `Proxy-Authorization: Basic ${Buffer.from(`${username}:${secrets.proxyPassword ?? ''}`).toString('base64')}\r\n`
    : ''
  record.line('client', `CONNECT ${target} HTTP/1.1${login && ' (Proxy-Authorization: Basic ••••)'}`)
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${login}\r\n`)
  const head = await readHead(socket, timeout).catch(error => {
    socket.destroy()
    throw error
  })
  const first = head.slice(0, head.indexOf('\r\n'))
  record.line('server', first)
  const status = Number(/^HTTP\/\d\.\d (\d{3})/.exec(first)?.[1] ?? 0)
  if (status >= 200 && status < 300) return
  socket.destroy()
  throw new SubmissionError({ kind: 'proxy', status, text: first.slice(0, 200) })
}

/** Reads up to the empty line; what follows it belongs to the mail server and stays in the socket. */
function readHead(socket: net.Socket, timeout: number) {
  return new Promise<string>((resolve, reject) => {
    let head = Buffer.alloc(0)
    const done = (settle: () => void) => {
      clearTimeout(timer)
      socket.off('data', onData)
      socket.off('close', onClose)
      socket.pause()
      settle()
    }
    const timer = setTimeout(() => done(() => reject(new SubmissionError({ kind: 'timeout' }))), timeout)
    const onClose = () => done(() => reject(new SubmissionError({ kind: 'closed', code: null })))
    const onData = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk])
      const end = head.indexOf('\r\n\r\n')
      if (end < 0 && head.length < 16 * 1024) return
      if (end < 0) return onClose()
      done(() => {
        if (head.length > end + 4) socket.unshift(head.subarray(end + 4))
        resolve(head.toString('latin1', 0, end + 2))
      })
    }
    socket.on('data', onData)
    socket.once('close', onClose)
    socket.resume()
  })
}
