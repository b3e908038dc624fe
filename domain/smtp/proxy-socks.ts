// A tunnel through a SOCKS5 proxy (RFC 1928), with username and password (RFC 1929) if it wants them.
import type net from 'node:net'
import { SocksClient } from 'socks'
import { SubmissionError } from './failure'
import { asciiHost } from './host'
import type { Protocol } from './protocol'
import type { MailServerSecrets, MailServerSettings } from './settings'

/** RFC 1929 §2: the length of name and password is one byte each. */
const longestLogin = 255

/**
 * Has the proxy connect `socket` to the mail server, whose name the proxy resolves. What the mail server
 * says meanwhile stays in the socket.
 */
export async function openSocksTunnel(
  socket: net.Socket,
  settings: MailServerSettings,
  secrets: MailServerSecrets,
  protocol: Protocol,
): Promise<void> {
  const { proxy, port, timeoutSeconds } = settings
  const host = asciiHost(settings.host)
  const username = proxy?.username ?? null
  const password = (username && secrets.proxyPassword) ?? ''
  protocol.line('client', `SOCKS5 CONNECT ${host} port ${port}${username ? ` as ${username} ••••` : ''}`)
  if ([username ?? '', password].some(text => Buffer.byteLength(text) > longestLogin)) {
    throw failed(socket, 'login', 'SOCKS5 has no room for a name or password this long')
  }
  try {
    const asked = SocksClient.createConnection({
      command: 'connect',
      existing_socket: socket,
      timeout: timeoutSeconds * 1000,
      proxy: {
        host: proxy?.host ?? '',
        port: proxy?.port ?? 0,
        type: 5,
        ...(username !== null && { userId: username, password }),
      },
      destination: { host, port },
    })
    socket.resume()
    await asked
  } catch (error) {
    const text = (error as Error).message
    protocol.line('note', text)
    throw failed(socket, reasonOf(text), text)
  }
  await keepEarlyBytes(socket)
  protocol.line('server', 'SOCKS5 connection granted')
}

/**
 * The library hands on what came right behind the proxy's last answer, perhaps the greeting of the mail
 * server, in the next turn of the event loop, when nobody listens yet.
 */
async function keepEarlyBytes(socket: net.Socket): Promise<void> {
  const early: Buffer[] = []
  const onData = (chunk: Buffer) => early.push(chunk)
  socket.on('error', () => {})
  socket.on('data', onData)
  await new Promise(resolve => setImmediate(resolve))
  socket.pause()
  socket.off('data', onData)
  if (early.length > 0) socket.unshift(Buffer.concat(early))
}

/** The library tells its errors apart by their texts alone. */
function reasonOf(text: string) {
  if (/Authentication failed|no accepted authentication type/.test(text)) return 'login'
  if (/timed out|Socket closed/.test(text)) return 'silent'
  return 'refused'
}

function failed(socket: net.Socket, reason: 'silent' | 'refused' | 'login', text: string) {
  socket.on('error', () => {})
  socket.destroy()
  return new SubmissionError({ kind: 'proxy', reason, text })
}
