// An OAuth 2.0 server for tests: real HTTP on loopback, the real protocol (RFC 6749, RFC 7636), and ways to fail.
import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type OauthServerOptions = {
  /** Null for a public client. */
  clientSecret?: string | null
  /** The only way in which the client may present its secret. */
  clientAuthentication?: 'header' | 'body'
  /** Those that may be asked for. */
  scopes?: string[]
  /** Gives a new refresh token each time, and takes the old one back. */
  rotates?: boolean
  /** Seconds. Null: says nothing about it. */
  validFor?: number | null
  /** Answers every token request like this. */
  trouble?: 'silent' | 'garbage' | 'endless' | 'broken' | 'redirect'
}

export type OauthServer = Awaited<ReturnType<typeof startOauthServer>>

export const oauthClient = { id: 'latchkey', secret: 's3cret/+ of the client' }

/** Starts with one refresh token that is good. `options` may be changed while it runs. */
export async function startOauthServer(options: OauthServerOptions = {}) {
  const refreshTokens = new Set([random('refresh')])
  const accessTokens = new Set<string>()
  const codes = new Map<string, { challenge: string; redirectUri: string }>()
  /** The form of each token request, in order. */
  const requests: URLSearchParams[] = []

  const issue = (withRefreshToken: boolean) => {
    const accessToken = random('access')
    accessTokens.add(accessToken)
    const refreshToken = withRefreshToken ? random('refresh') : undefined
    if (refreshToken) refreshTokens.add(refreshToken)
    const { validFor = 3599 } = options
    return {
      access_token: accessToken,
      token_type: 'Bearer',
      ...(validFor !== null && { expires_in: validFor }),
      ...(refreshToken && { refresh_token: refreshToken }),
    }
  }

  const grants: Record<string, (form: URLSearchParams) => object | string> = {
    refresh_token(form) {
      const token = form.get('refresh_token') ?? ''
      if (!refreshTokens.has(token)) return 'invalid_grant'
      if (options.rotates) refreshTokens.delete(token)
      return issue(options.rotates === true)
    },
    client_credentials: () => (clientSecret() === null ? 'unauthorized_client' : issue(false)),
    authorization_code(form) {
      const code = codes.get(form.get('code') ?? '')
      codes.delete(form.get('code') ?? '')
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url')
      const same = code?.challenge === challenge && code.redirectUri === form.get('redirect_uri')
      return same ? issue(true) : 'invalid_grant'
    },
  }

  const clientSecret = () => (options.clientSecret === undefined ? oauthClient.secret : options.clientSecret)

  function knowsClient(request: IncomingMessage, form: URLSearchParams) {
    const header = /^Basic (.*)$/.exec(request.headers.authorization ?? '')?.[1]
    if (clientSecret() === null) return !header && form.get('client_id') === oauthClient.id
    if (options.clientAuthentication === (header ? 'body' : 'header')) return false
    // RFC 6749 §2.3.1: both are form-encoded before they go into the header.
    const [id, secret] = header
      ? Buffer.from(header, 'base64').toString().split(':').map(decodeForm)
      : [form.get('client_id'), form.get('client_secret')]
    return id === oauthClient.id && secret === clientSecret()
  }

  async function token(request: IncomingMessage, response: ServerResponse) {
    const form = new URLSearchParams(await bodyOf(request))
    requests.push(form)
    const answer = (status: number, content: object, headers = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers })
        .end(JSON.stringify(content))
    const refuse = (error: string) => {
      const status = error === 'invalid_client' ? 401 : 400
      const headers = status === 401 ? { 'www-authenticate': 'Basic realm="test"' } : {}
      answer(status, { error, error_description: `This is ${error}` }, headers)
    }
    if (options.trouble) return makeTrouble(options.trouble, response)
    if (!knowsClient(request, form)) return refuse('invalid_client')
    const wanted = form.get('scope')?.split(' ') ?? []
    if (!wanted.every(scope => options.scopes?.includes(scope) ?? true)) return refuse('invalid_scope')
    const issued = grants[form.get('grant_type') ?? '']?.(form) ?? 'unsupported_grant_type'
    return typeof issued === 'string' ? refuse(issued) : answer(200, issued)
  }

  /** Agrees at once, where a person would be asked. */
  function authorize(query: URLSearchParams, response: ServerResponse) {
    const redirectUri = query.get('redirect_uri') ?? ''
    const challenge = query.get('code_challenge') ?? ''
    const proper =
      query.get('response_type') === 'code' &&
      query.get('client_id') === oauthClient.id &&
      query.get('code_challenge_method') === 'S256' &&
      /^[\w-]{43}$/.test(challenge)
    if (!proper) return response.writeHead(400).end()
    const code = random('code')
    codes.set(code, { challenge, redirectUri })
    const back = new URL(redirectUri)
    back.searchParams.set('code', code)
    back.searchParams.set('state', query.get('state') ?? '')
    return response.writeHead(302, { location: back.href }).end()
  }

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
    if (request.method === 'POST' && pathname === '/token') token(request, response)
    else if (request.method === 'GET' && pathname === '/authorize') authorize(searchParams, response)
    else response.writeHead(404).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    options,
    requests,
    tokenUrl: `${origin}/token`,
    authorizationUrl: `${origin}/authorize`,
    /** The refresh token that is good now. */
    refreshToken: () => [...refreshTokens].at(-1) ?? '',
    /** Takes back what was given: the grant, or the access tokens alone. */
    withdrawGrant: () => refreshTokens.clear(),
    withdrawAccess: () => accessTokens.clear(),
    accepts: (accessToken: string) => accessTokens.has(accessToken),
    accessTokens,
    close: () =>
      new Promise<void>(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function makeTrouble(trouble: NonNullable<OauthServerOptions['trouble']>, response: ServerResponse) {
  if (trouble === 'garbage') response.writeHead(200).end('<!doctype html><p>Sign in')
  if (trouble === 'broken') response.writeHead(503).end('Service unavailable')
  if (trouble === 'redirect') response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()
  if (trouble === 'endless') {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(64 * 1024)));
    }
    response.on('drain', more)
    response.writeHead(200, { 'content-type': 'application/json' })
    more()
  }
}

async function bodyOf(request: IncomingMessage) {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

const decodeForm = (text: string) => decodeURIComponent(text.replaceAll('+', ' '))

/** As long as those of the large providers. */
const random = (kind: string) => `${kind}-${randomBytes(600).toString('base64url')}`
