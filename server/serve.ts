// The web server: Next behind a small HTTP server that knows who is asking and how to stop.
import { randomBytes } from 'node:crypto'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { setTimeout } from 'node:timers/promises'
import next from 'next'
import { type Asking, whileAsking } from '@/lib/action-begun'
import { addressIn, isIn } from '@/lib/addresses'
import { type Env, env, originIn } from '@/lib/env'
import { noteUntrustedForwarder } from '@/lib/forwarders'
import { landingPages } from '@/lib/landing-pages'
import { databaseIsAway } from '@/lib/readiness'
import { StartRefused } from '@/lib/start-refused'
import { answerApi } from './api/answer'
import { bootstrap, type Running } from './bootstrap'
import { clientAddress } from './client-address'
import { endWith } from './end-with'
import { dropPreview, dropUnreadable } from './next-headers'
import { knownActions, postedForm } from './old-form'
import { sayPageHeaders } from './page-headers'
import { bodyOf, hasBody, isWhatItSays, longestBody, readsItsOwnBody, withBody } from './request-body'
import { answerInWords, isApi } from './words'

/**
 * Serves until a signal comes.
 * @param build brings the build up to date; a release has none, since it was built before
 * @throws StartRefused, for example when the port is taken
 */
export async function serve({
  dev = false,
  build,
}: {
  dev?: boolean
  build?: () => void
} = {}): Promise<void> {
  const settings = env()
  const server = createServer({
    // Longer than what balancers keep an idle connection for (60 s is usual): whoever lets go first must be
    // the one that sends, or a request meets a connection that is being closed.
    keepAliveTimeout: 75_000,
    headersTimeout: 30_000,
    requestTimeout: 60_000,
    connectionsCheckingInterval: 5_000,
  })
  // Before anything is built or opened: a second copy should say so at once.
  await listen(server, settings)
  endWith(async () => {
    const answered = finish(server)
    await (running ? running.stop(answered) : answered)
  }, settings.shutdownSeconds)
  build?.()
  // next-auth reads its base address from here, so that it is never taken from a request.
  process.env.NEXTAUTH_URL = settings.appUrl
  const app = next({ dev, hostname: settings.host, port: settings.port })
  await app.prepare()
  const passOn = { handle: app.getRequestHandler(), actions: dev ? null : knownActions(), settings }
  server.removeListener('request', notYet)
  server.on('request', (request, response) => {
    answer(request, response, passOn).catch(() => response.destroy())
  })
  // Only the reloading of `npm run dev` talks over a web socket; anybody else's would be held open by nobody.
  if (dev) server.on('upgrade', app.getUpgradeHandler())
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

const notYet: RequestListener = (request, response) => void answerInWords(request, response, 503, 'starting')

/** Takes no more requests, and lets those under way end, for a while: streams do not end by themselves. */
async function finish(server: Server): Promise<void> {
  const closed = new Promise(resolve => server.close(resolve))
  server.closeIdleConnections()
  await Promise.race([closed, setTimeout(3_000, null, { ref: false })])
  server.closeAllConnections()
}

type PassOn = {
  handle: ReturnType<ReturnType<typeof next>['getRequestHandler']>
  /** The names of this build's actions; null while they come and go */
  actions: Set<string> | null
  settings: Env
}

/** Refuses what Next would stumble over, and hands on the rest. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { handle, actions, settings }: PassOn,
): Promise<void> {
  if (!methods.includes(request.method ?? '')) return answerInWords(request, response, 405, 'unreadable')
  const path = pathOf(request)
  if (path === null) return answerInWords(request, response, 400, 'unreadable')
  admitLandingPages(request)
  if (fromAnotherSite(request, settings.appUrl)) return answerInWords(request, response, 403, 'other-site')
  dropUnreadable(request)
  dropPreview(request)
  nameTheClient(request, settings)
  sayPageHeaders(request, response, settings.appUrl.startsWith('https:'), actions === null)
  if (!aboutTheProcess.test(path) && (await databaseIsAway()))
    return answerInWords(request, response, 503, 'away')
  const api = isApi(path)
  if (!hasBody(request) || readsItsOwnBody(path))
    return api ? answerApi(request, response) : void handle(request, response)
  const body = await bodyOf(request, longestBody(path, request.headers.authorization))
  if (!body) {
    response.setHeader('Connection', 'close')
    await answerInWords(request, response, 413, 'too-large')
    return void response.once('finish', () => request.destroy())
  }
  if (api) return answerApi(request, response, body)
  if (!(await isWhatItSays(request, body))) return answerInWords(request, response, 400, 'unreadable')
  // The same for a public page that shows how its form has ended: it fits into what is sent before anything is confirmed.
  if (/^application\/x-www-form-urlencoded/i.test(request.headers['content-type'] ?? ''))
    delete request.headers['accept-encoding']
  const form = actions && (await postedForm(request, body))
  if (form && actions && !form.actions.every(name => actions.has(name)))
    return answerInWords(request, response, 409, 'updated', form.typed)
  const asking: Asking = { begun: false }
  if (form?.actions.length || request.headers['next-action']) blameTheBody(response, asking)
  whileAsking(asking, () => void handle(withBody(request, body), response))
}

/** What a web page or a program may ask with. The others are not for pages, and Next knows none of them. */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** What fails before an action begins is no fault of ours: its arguments could not be read. */
function blameTheBody(response: ServerResponse, asking: Asking): void {
  const writeHead = response.writeHead.bind(response) as (
    status: number,
    ...rest: unknown[]
  ) => ServerResponse
  response.writeHead = (status: number, ...rest: unknown[]) =>
    writeHead(status === 500 && !asking.begun ? 400 : status, ...rest)
}

/** What must be told while the database is away, and what does not need it. */
const aboutTheProcess = /^\/(healthz|readyz|metrics|_next\/|icon\.svg|apple-icon\.png|favicon\.ico)/

/** The path in plain text. Null if the address is not one of ours, or is not readable (RFC 3986 §2.1, UTF-8). */
function pathOf({ url = '' }: IncomingMessage): string | null {
  try {
    const path = decodeURIComponent(url.replace(/[?#].*$/s, ''))
    // No address and no name holds a NUL, and the database takes none.
    return path.startsWith('/') && !/\p{Cc}|%00/u.test(path + url) ? path : null
  } catch {
    return null
  }
}

/**
 * Browsers say where a request comes from. A form of another site has no business here, also where
 * the cookie's SameSite would let it pass (same site, other port). Programs say nothing and pass.
 */
function fromAnotherSite({ method, headers }: IncomingMessage, appUrl: string): boolean {
  if (method === 'GET' || method === 'HEAD') return false
  const { 'sec-fetch-site': site, origin, host } = headers
  if (site === 'cross-site' || site === 'same-site') return true
  if (!origin || originIn(origin) === appUrl) return false
  return !URL.canParse(origin) || new URL(origin).host !== host
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
function nameTheClient(request: IncomingMessage, { appUrl, trustedProxies }: Env): void {
  const { headers } = request
  // Next asks us itself for the page that a form leads to, with the headers of the form: they are named already.
  if (headers['x-client-named'] === ourOwn) {
    for (const name of forwardingHeaders) delete headers[name]
    return
  }
  headers['x-client-named'] = ourOwn
  const peer = addressIn(request.socket.remoteAddress ?? '') ?? ''
  const forwarded = String(headers['x-forwarded-for'] ?? '')
  headers['x-client-address'] = clientAddress(peer, forwarded, trustedProxies)
  if (forwarded && !isIn(trustedProxies, peer)) noteUntrustedForwarder(peer)
  // A proxy on this very machine makes everybody look as if they were on it.
  headers['x-client-direct'] = forwardingHeaders.some(name => headers[name]) ? 'no' : 'yes'
  for (const name of forwardingHeaders) delete headers[name]
  // Behind a proxy the Host header is often an inner name; the address people open is APP_URL.
  const { origin = '' } = headers
  if (originIn(origin) === appUrl) headers['x-forwarded-host'] = new URL(origin).host
}

/** Known to this process alone. */
const ourOwn = randomBytes(16).toString('base64url')

const forwardingHeaders = [
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'forwarded',
]

function announce({ appUrl }: Env, { setupLink, setupMailedTo, inboxPort, demoAccounts }: Running): void {
  const lines = ['', `Latchkey is ready: ${appUrl}`]
  if (demoAccounts.length > 0) {
    lines.push('Sign in with one of the demo accounts:')
    for (const { email, password } of demoAccounts) lines.push(`  ${email} / ${password}`)
  }
  if (inboxPort)
    lines.push(`The built-in inbox takes mail on 127.0.0.1:${inboxPort} and shows it at ${appUrl}/inbox`)
  if (setupLink)
    lines.push(
      `Make the first system administrator here (the link works once, for an hour; npm run admin -- setup-link prints a new one): ${setupLink}`,
    )
  if (setupMailedTo)
    lines.push(
      `The link that makes the first system administrator was mailed to ${setupMailedTo} (npm run admin -- setup-link prints one).`,
    )
  console.log(`${lines.join('\n')}\n`)
}
