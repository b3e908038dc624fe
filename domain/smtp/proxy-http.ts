// A tunnel through an HTTP proxy.
import net from 'node:net'
import { SubmissionError } from './failure'
import { asciiHost } from './host'
import type { Protocol } from './protocol'
import type { MailServerSecrets, MailServerSettings } from './settings'

/** HTTP CONNECT (RFC 9110 §9.3.6). The proxy resolves the mail server's name. */
export async function openHttpTunnel(
  socket: net.Socket,
  settings: MailServerSettings,
  secrets: MailServerSecrets,
  protocol: Protocol,
) {
  const host = asciiHost(settings.host)
  const target = `${net.isIPv6(host) ? `[${host}]` : host}:${settings.port}`
  const username = settings.proxy?.username
  const login = username
    ? `Proxy-Authorization: Basic ${Buffer.from(`${username}:${secrets.proxyPassword ?? ''}`).toString('base64')}\r\n`
    : ''
  protocol.line('client', `CONNECT ${target} HTTP/1.1${login && ' (Proxy-Authorization: Basic ••••)'}`)
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${login}\r\n`)
  const head = await readHead(socket, settings.timeoutSeconds * 1000).catch(error => {
    socket.destroy()
    throw error
  })
  const first = head.slice(0, head.indexOf('\r\n'))
  protocol.line('server', first)
  const status = Number(/^HTTP\/\d\.\d (\d{3})/.exec(first)?.[1] ?? 0)
  if (status >= 200 && status < 300) return
  socket.destroy()
  const reason = status === 407 ? 'login' : 'refused'
  throw new SubmissionError({ kind: 'proxy', reason, text: first.slice(0, 200) })
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
