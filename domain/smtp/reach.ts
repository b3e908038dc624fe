// From a host name to an open TCP connection: names, addresses of both families, proxies.
import { lookup as systemLookup } from 'node:dns/promises'
import net from 'node:net'
import { isGlobal } from '@/lib/addresses'
import { decided, SubmissionError } from './failure'
import { asciiHost } from './host'
import type { Protocol } from './protocol'
import { openHttpTunnel } from './proxy-http'
import { openSocksTunnel } from './proxy-socks'
import type { MailServerSecrets, MailServerSettings } from './settings'

/** Resolves a name to addresses, or rejects with the resolver's `code`. */
export type Lookup = (host: string) => Promise<string[]>

export type Reach = {
  lookup?: Lookup
  /** Whether addresses that only this machine or its network can see are passed over */
  publicOnly?: boolean
  signal?: AbortSignal
}

/** RFC 8305 §5: how long one address may keep us waiting before the next is tried beside it. */
const attemptDelay = 250

const openTunnel = { http: openHttpTunnel, socks5: openSocksTunnel }

/** Opens the connection to the mail server, through its proxy if it has one. Reports `dns` and `connect`. */
export async function connectTo(
  settings: MailServerSettings,
  secrets: MailServerSecrets,
  protocol: Protocol,
  { lookup = systemAddresses, publicOnly = false, signal }: Reach = {},
): Promise<net.Socket> {
  const timeout = settings.timeoutSeconds * 1000
  const { host, port } = settings.proxy ?? settings
  try {
    const addresses = await protocol.stage('dns', async facts => {
      if (settings.proxy) facts.proxy = host
      const found = await resolve(host, lookup, timeout)
      // Not told either: what a name stands for in there is nobody's business outside.
      const addresses = publicOnly ? found.filter(isGlobal) : found
      if (addresses.length === 0) throw decided('address-private')
      facts.addresses = addresses
      return addresses
    })
    return await protocol.stage('connect', async facts => {
      facts.tried = addresses
      const socket = await connectToAny(addresses, port, timeout, signal)
      facts.address = `${socket.remoteAddress} port ${port}`
      protocol.note(`Connected to ${facts.address}`)
      socket.setNoDelay(true)
      if (settings.proxy) await openTunnel[settings.proxy.type](socket, settings, secrets, protocol)
      return socket
    })
  } catch (error) {
    if (
      settings.proxy &&
      error instanceof SubmissionError &&
      !['proxy', 'decided'].includes(error.failure.kind)
    ) {
      const { failure } = error
      const text = failure.kind === 'network' ? failure.code : failure.kind
      throw new SubmissionError({ kind: 'proxy', reason: 'silent', text })
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
