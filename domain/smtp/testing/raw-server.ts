// Servers for tests that no library would write: silent ones, other protocols, and scripted SMTP dialogues.
import { createServer as createHttpServer } from 'node:http'
import net, { type AddressInfo, type Server, type Socket } from 'node:net'
import tls from 'node:tls'
import type { TestCertificate } from './certificates'

export type RawServer = { host: string; port: number; received: () => string; close(): Promise<void> }

/** Listens on loopback and hands each connection to `serve`. Everything received is kept as text. */
export async function startRawServer(
  serve: (socket: Socket) => void,
  {
    host = '127.0.0.1',
    port = 0,
    server = net.createServer() as Server,
  }: { host?: string; port?: number; server?: Server } = {},
): Promise<RawServer> {
  const open = new Set<Socket>()
  let received = ''
  const take = (socket: Socket) => {
    socket.on('error', () => {})
    socket.on('data', chunk => {
      received += chunk.toString('latin1')
    })
    serve(socket)
  }
  server.on('connection', socket => {
    open.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
  })
  server.on('tlsClientError', () => {})
  server.on(server instanceof tls.Server ? 'secureConnection' : 'connection', take)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return {
    host,
    port: (server.address() as AddressInfo).port,
    received: () => received,
    close: () =>
      new Promise(resolve => {
        for (const socket of open) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

/** Accepts and never says a word. */
export const startBlackHole = () => startRawServer(() => {})

/** Greets in clear, and waits for the end of a line for as long as it takes: also of what is no SMTP. */
export const startPatientSmtp = () =>
  startRawServer(socket => {
    socket.write('220 patient.latchkey.test ESMTP\r\n')
  })

/** Accepts and hangs up at once. */
export const startHangUp = () => startRawServer(socket => socket.destroy())

/** Greets like the named protocol; `http` waits for the client, as web servers do. */
export async function startForeignServer(
  protocol: 'http' | 'imap' | 'pop3' | 'ssh' | 'unknown',
): Promise<RawServer> {
  const greetings = {
    imap: '* OK [CAPABILITY IMAP4rev1 STARTTLS] IMAP ready\r\n',
    pop3: '+OK POP3 ready\r\n',
    ssh: 'SSH-2.0-OpenSSH_9.6\r\n',
    unknown: 'HELLO, who is there?\r\n',
  }
  if (protocol !== 'http') return startRawServer(socket => socket.write(greetings[protocol]))
  const http = createHttpServer((_request, response) => response.end('<!doctype html><p>Hello'))
  return startRawServer(() => {}, { server: http })
}

/**
 * Plays an SMTP server line by line: `script` maps the first word of a command (upper case, `*` for any
 * other, `.` for the end of the content) to its reply. A reply of null cuts the connection, an empty one
 * keeps silent. Give `certificate` for TLS from the first byte or after STARTTLS.
 */
export async function startScriptedSmtp(
  script: Record<string, string | null>,
  options: { certificate?: TestCertificate; tls?: 'implicit' | 'starttls'; tlsOptions?: tls.TlsOptions } = {},
): Promise<RawServer> {
  const { certificate, tlsOptions } = options
  const secure = certificate && { key: certificate.key, cert: certificate.cert, ...tlsOptions }
  const serve = (socket: Socket, greets = true) => {
    let pending = ''
    let inContent = false
    const say = (word: string) => {
      const reply = script[word] ?? (word in script ? null : (defaults[word] ?? script['*'] ?? '250 OK'))
      if (reply === null) return socket.destroy()
      if (reply !== '') socket.write(`${reply}\r\n`)
      inContent = word === 'DATA' && reply.startsWith('354')
    }
    socket.on('error', () => {})
    const onData = (chunk: Buffer) => {
      pending += chunk.toString('latin1')
      for (let end = pending.indexOf('\r\n'); end >= 0; end = pending.indexOf('\r\n')) {
        const line = pending.slice(0, end)
        pending = pending.slice(end + 2)
        if (inContent && line !== '.') continue
        const word = inContent ? '.' : (line.split(/[ :]/)[0] ?? '').toUpperCase()
        say(word)
        if (word === 'STARTTLS' && secure && (script.STARTTLS ?? defaults.STARTTLS)?.startsWith('220')) {
          socket.off('data', onData)
          const inside = new tls.TLSSocket(socket, {
            isServer: true,
            secureContext: tls.createSecureContext(secure),
          })
          return serve(inside, false)
        }
      }
    }
    socket.on('data', onData)
    if (greets) say('greeting')
  }
  if (options.tls === 'implicit' && secure) {
    return startRawServer(socket => serve(socket), { server: tls.createServer(secure) })
  }
  return startRawServer(socket => serve(socket))
}

const defaults: Record<string, string> = {
  greeting: '220 raw.latchkey.test ESMTP',
  STARTTLS: '220 Ready',
  DATA: '354 Go ahead',
  QUIT: '221 Bye',
}

/** An HTTP proxy that opens tunnels; with `login` only for those who know it. */
export async function startHttpProxy(login?: { username: string; password: string }): Promise<RawServer> {
  const expected = login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`
  const proxy = createHttpServer((_request, response) => response.writeHead(405).end())
  proxy.on('connect', (request, client: Socket, head: Buffer) => {
    client.on('error', () => {})
    if (expected && request.headers['proxy-authorization'] !== expected) {
      return client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n')
    }
    const { hostname, port } = new URL(`tcp://${request.url}`)
    const upstream = net.connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) }, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.write(head)
      upstream.pipe(client).pipe(upstream)
    })
    upstream.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'))
  })
  return startRawServer(() => {}, { server: proxy })
}

/**
 * A port that lets nobody in: the queue of the listener is full and nobody accepts, so that the system
 * leaves further connection requests without an answer (Linux), as a firewall that drops them does.
 */
export async function startUnreachable(): Promise<RawServer> {
  const { spawn } = await import('node:child_process')
  // Node accepts whatever comes; a process that is stopped right after listening does not.
  const script = `const s=require('net').createServer();s.listen({port:0,host:'127.0.0.1',backlog:1},()=>{process.stdout.write(s.address().port+'\\n',()=>process.kill(process.pid,'SIGSTOP'))})`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] })
  const port = await new Promise<number>(resolve => child.stdout.once('data', text => resolve(Number(text))))
  const fillers: Socket[] = []
  for (;;) {
    const filler = net.connect({ host: '127.0.0.1', port })
    filler.on('error', () => {})
    fillers.push(filler)
    const connected = await new Promise<boolean>(resolve => {
      const timer = setTimeout(() => resolve(false), 300)
      filler.once('connect', () => {
        clearTimeout(timer)
        resolve(true)
      })
    })
    if (!connected || fillers.length > 200) break
  }
  return {
    host: '127.0.0.1',
    port,
    received: () => '',
    close: () =>
      new Promise(resolve => {
        for (const filler of fillers) filler.destroy()
        child.once('exit', () => resolve())
        child.kill('SIGKILL')
      }),
  }
}
