// The web server: Next behind a small HTTP server that knows who is asking and how to stop.
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { BlockList, isIP } from 'node:net'
import next from 'next'
import { type Env, env } from '@/lib/env'
import { landingPages } from '@/lib/landing-pages'
import { StartRefused } from '@/lib/start-refused'
import { demoAccounts } from '@/prisma/demo-accounts'
import { buildIfStale } from '../scripts/prepare.mjs'
import { admit } from './admission'
import { bootstrap, type Running } from './bootstrap'
import { endWith } from './end-with'

/** Serves until a signal comes. @throws StartRefused, for example when the port is taken */
export async function serve(dev: boolean): Promise<void> {
  const settings = env()
  const server = createServer()
  // Before anything is built or opened: a second copy should say so at once.
  await listen(server, settings)
  endWith(async () => {
    server.close()
    server.closeIdleConnections()
    await running?.stop()
  })
  if (!dev) buildIfStale()
  // next-auth reads its base address from here, so that it is never taken from a request.
  process.env.NEXTAUTH_URL = settings.appUrl
  const app = next({ dev, hostname: settings.host, port: settings.port })
  await app.prepare()
  const handle = app.getRequestHandler()
  const proxies = blockListOf(settings.trustedProxies)
  server.removeListener('request', notYet)
  server.on('request', (request, response) => {
    if (fromAnotherSite(request))
      return void response.writeHead(403).end('This form was sent from another site.')
    admitLandingPages(request)
    nameTheClient(request, proxies, settings)
    admit(request, response, () => handle(request, response))
  })
  server.on('upgrade', app.getUpgradeHandler())
  running = await bootstrap().begun
  announce(settings, running)
}

/** What has to be stopped in good order, once it is there. */
let running: Running | undefined

function listen(server: Server, { host, port }: Env): Promise<void> {
  server.on('request', notYet)
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const said =
        error.code === 'EADDRINUSE'
          ? `Port ${port} is in use by another program: stop that one, or set PORT to another port.`
          : `HOST ${host} with PORT ${port} cannot be listened on (${error.code}).`
      reject(new StartRefused(said))
    })
    server.listen(port, host.replace(/^\[|\]$/g, ''), resolve)
  })
}

const notYet: RequestListener = (_request, response) => {
  response.writeHead(503, { 'Retry-After': '2', 'Content-Type': 'text/plain' }).end('Latchkey is starting.\n')
}

/**
 * Browsers say where a request comes from. A form of another site has no business here, also where
 * the cookie's SameSite would let it pass (same site, other port). Old browsers say nothing and pass.
 */
function fromAnotherSite({ method, headers }: IncomingMessage): boolean {
  if (method === 'GET' || method === 'HEAD') return false
  const site = headers['sec-fetch-site']
  return site === 'cross-site' || site === 'same-site'
}

/**
 * A landing page tells nobody its address (`Referrer-Policy: no-referrer`), so browsers send its form
 * with `Origin: null`, which Next takes for another site. Where the browser vouches for the same origin,
 * or the form brings the secret of its own page, the header says nothing and goes.
 */
function admitLandingPages({ url = '', headers }: IncomingMessage): void {
  if (headers.origin !== 'null') return
  if (headers['sec-fetch-site'] === 'same-origin' || landingPages.test(url)) delete headers.origin
}

/**
 * Puts the client's address where the application looks for it. What the client itself claims counts
 * only when a trusted proxy passes it on; the same for the host it says it was called by.
 */
function nameTheClient(request: IncomingMessage, proxies: BlockList, { appUrl }: Env): void {
  const direct = plain(request.socket.remoteAddress ?? '')
  const forwarded = String(request.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map(entry => plain(entry.trim()))
    .filter(entry => isIP(entry))
  // From the right: each proxy adds the address it saw, and only what a trusted one added is true.
  let client = direct
  while (trusted(proxies, client) && forwarded.length > 0) client = forwarded.pop() ?? client
  request.headers['x-client-address'] = client
  // A proxy on this very machine makes everybody look as if they were on it.
  request.headers['x-client-direct'] = forwardingHeaders.some(name => request.headers[name]) ? 'no' : 'yes'
  for (const name of forwardingHeaders) delete request.headers[name]
  // Behind a proxy the Host header is often an inner name; the address people open is APP_URL.
  if (URL.parse?.(request.headers.origin ?? '')?.origin === appUrl)
    request.headers['x-forwarded-host'] = new URL(appUrl).host
}

const forwardingHeaders = [
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'forwarded',
]

/** IPv4 in the clothes of IPv6 is still IPv4. */
const plain = (address: string) => address.replace(/^::ffff:/, '')

const trusted = (proxies: BlockList, address: string) =>
  isIP(address) !== 0 && proxies.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')

function blockListOf(networks: string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6'
    if (bits) list.addSubnet(address, Number(bits), family)
    else list.addAddress(address, family)
  }
  return list
}

function announce({ appUrl, demo }: Env, { setupLink, inboxPort }: Running): void {
  const lines = ['', `Latchkey is ready: ${appUrl}`]
  if (demo) {
    lines.push('Sign in with one of the demo accounts:')
    for (const { email, password } of demoAccounts) lines.push(`  ${email} / ${password}`)
  }
  if (inboxPort)
    lines.push(`The built-in inbox takes mail on 127.0.0.1:${inboxPort} and shows it at ${appUrl}/inbox`)
  if (setupLink)
    lines.push(`Make the first system administrator here (the link works once, for 24 hours): ${setupLink}`)
  console.log(`${lines.join('\n')}\n`)
}
