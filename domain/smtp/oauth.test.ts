// Access and refresh tokens, against a real token endpoint on loopback.
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { authorizationUrl, redeemCode } from '@/domain/mail-server/oauth-connect'
import { accessToken, type InTurn } from './oauth'
import { TokenRefusal } from './oauth-endpoint'
import { type MailServerSecrets, type MailServerSettings, noSecrets, plainSettings } from './settings'
import { keep } from './testing/keep'
import {
  type OauthServer,
  type OauthServerOptions,
  oauthClient,
  startOauthServer,
} from './testing/oauth-server'

const start = (options: OauthServerOptions = {}) => keep(startOauthServer(options))

type Oauth = NonNullable<MailServerSettings['oauth']>
const settingsFor = (
  { tokenUrl, authorizationUrl }: Pick<OauthServer, 'tokenUrl' | 'authorizationUrl'>,
  changes: Partial<Oauth> = {},
): MailServerSettings => ({
  ...plainSettings({ host: 'mail.example.org', port: 465 }),
  authentication: 'oauth2',
  username: 'anna@example.org',
  timeoutSeconds: 5,
  oauth: {
    grant: 'refresh-token',
    authorizationUrl,
    tokenUrl,
    clientId: oauthClient.id,
    scopes: 'SMTP.Send offline_access',
    ...changes,
  },
})
const secretsFor = (server: OauthServer) => ({
  ...noSecrets,
  clientSecret: oauthClient.secret,
  refreshToken: server.refreshToken(),
})
const refusalOf = (asking: Promise<unknown>): Promise<TokenRefusal> =>
  asking.then(
    () => expect.unreachable(),
    error => {
      expect(error).toBeInstanceOf(TokenRefusal)
      return error
    },
  )

describe('an access token', () => {
  it('is bought with the refresh token and the scopes', async () => {
    const server = await start()
    const token = await accessToken(settingsFor(server), secretsFor(server))
    expect(server.accepts(token.value)).toBe(true)
    expect(token).toMatchObject({ validFor: 3599, status: 200 })
    expect(Object.fromEntries(server.requests[0] ?? [])).toEqual({
      grant_type: 'refresh_token',
      refresh_token: server.refreshToken(),
      scope: 'SMTP.Send offline_access',
    })
  })

  it('is bought with the credentials of the client', async () => {
    const server = await start()
    const settings = settingsFor(server, { grant: 'client-credentials', scopes: '' })
    const token = await accessToken(settings, { ...noSecrets, clientSecret: oauthClient.secret })
    expect(server.accepts(token.value)).toBe(true)
    expect(Object.fromEntries(server.requests[0] ?? [])).toEqual({ grant_type: 'client_credentials' })
  })

  it.each(['header', 'body'] as const)(
    'is had with the client secret in the %s',
    async clientAuthentication => {
      const server = await start({ clientAuthentication })
      expect(server.accepts((await accessToken(settingsFor(server), secretsFor(server))).value)).toBe(true)
      expect(server.requests.length).toBe(clientAuthentication === 'header' ? 1 : 2)
    },
  )

  it('is had by a public client', async () => {
    const server = await start({ clientSecret: null })
    const secrets = { ...secretsFor(server), clientSecret: null }
    expect(server.accepts((await accessToken(settingsFor(server), secrets)).value)).toBe(true)
  })

  it('is kept for its version, and for no other', async () => {
    const server = await start()
    const ask = (versionKey?: string) => accessToken(settingsFor(server), secretsFor(server), { versionKey })
    const key = randomUUID()
    const first = await ask(key)
    expect(await ask(key)).toMatchObject({ value: first.value, status: null })
    expect(server.requests.length).toBe(1)
    expect((await ask(randomUUID())).value).not.toBe(first.value)
    expect((await ask()).value).not.toBe((await ask()).value)
    expect(server.requests.length).toBe(4)
  })

  it.each([59, null])('is not kept if it is valid for %s seconds', async validFor => {
    const server = await start({ validFor })
    const ask = () =>
      accessToken(settingsFor(server), secretsFor(server), { versionKey: `short-${validFor}` })
    expect((await ask()).value).not.toBe((await ask()).value)
  })

  it('is bought once for all who ask at the same time', async () => {
    const server = await start({ rotates: true })
    const secrets = secretsFor(server)
    const inTurn = holderOf(secrets)
    const versionKey = randomUUID()
    const tokens = await Promise.all(
      Array.from({ length: 5 }, () => accessToken(settingsFor(server), secrets, { versionKey, inTurn })),
    )
    expect(new Set(tokens.map(({ value }) => value)).size).toBe(1)
    expect(server.requests.length).toBe(1)
    const refused = tokens[0]?.value
    const others = await Promise.all(
      Array.from({ length: 5 }, () =>
        accessToken(settingsFor(server), secrets, { versionKey, refused, inTurn }),
      ),
    )
    expect(new Set(others.map(({ value }) => value)).size).toBe(1)
    expect(others[0]?.value).not.toBe(refused)
  })

  it('refused to all who ask at the same time is asked for anew by the next', async () => {
    const server = await start({ scopes: [] })
    const ask = () => accessToken(settingsFor(server), secretsFor(server), { versionKey: 'refused' })
    const results = await Promise.allSettled([ask(), ask(), ask()])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(server.requests.length).toBe(1)
    server.options.scopes = undefined
    expect(server.accepts((await ask()).value)).toBe(true)
  })

  it('can bring another refresh token, which is handed over first and used from then on', async () => {
    const server = await start({ rotates: true, validFor: 1 })
    const secrets = secretsFor(server)
    const stored: string[] = []
    const inTurn = holderOf(secrets, stored)
    const ask = () => accessToken(settingsFor(server), secrets, { versionKey: 'rotating', inTurn })
    await ask()
    expect(stored).toEqual([server.refreshToken()])
    // The one in these secrets has been taken back.
    await ask()
    await ask()
    expect(stored.length).toBe(3)
    expect(stored.at(-1)).toBe(server.refreshToken())
  })

  it('does not come if the other refresh token could not be stored', async () => {
    const server = await start({ rotates: true })
    const secrets = secretsFor(server)
    const inTurn: InTurn = async spend => {
      await spend(secrets.refreshToken ?? '')
      throw new Error('database gone')
    }
    const asking = accessToken(settingsFor(server), secrets, { inTurn })
    await expect(asking).rejects.toThrow('database gone')
  })
})

/** Holds the refresh token of secrets, and each one that comes in its place. */
const holderOf =
  (secrets: MailServerSecrets, stored: string[] = []): InTurn =>
  async spend => {
    const answer = await spend(stored.at(-1) ?? secrets.refreshToken ?? '')
    await new Promise(resolve => setImmediate(resolve))
    if (answer.refreshToken) stored.push(answer.refreshToken)
    return answer
  }

describe('a refusal', () => {
  it('says that the grant has ended', async () => {
    const server = await start()
    const secrets = secretsFor(server)
    server.withdrawGrant()
    expect(await refusalOf(accessToken(settingsFor(server), secrets))).toMatchObject({
      reason: 'grant',
      code: 'invalid_grant',
      words: '400 invalid_grant This is invalid_grant',
    })
  })

  it('says that the client is not known', async () => {
    const server = await start()
    const secrets = { ...secretsFor(server), clientSecret: 'wrong' }
    expect(await refusalOf(accessToken(settingsFor(server), secrets))).toMatchObject({
      reason: 'client',
      code: 'invalid_client',
    })
  })

  it('says that the scope is not allowed', async () => {
    const server = await start({ scopes: ['other'] })
    const refusal = await refusalOf(accessToken(settingsFor(server), secretsFor(server)))
    expect(refusal).toMatchObject({ reason: 'scope', code: 'invalid_scope' })
  })

  it.each(['garbage', 'broken', 'endless', 'redirect'] as const)(
    'says that the endpoint is %s',
    async trouble => {
      const server = await start({ trouble })
      const refusal = await refusalOf(accessToken(settingsFor(server), secretsFor(server)))
      expect(refusal.reason).toBe('endpoint')
      expect(server.requests.length).toBe(1)
    },
  )

  it('says that the endpoint keeps silent, after the timeout', async () => {
    const server = await start({ trouble: 'silent' })
    const settings = { ...settingsFor(server), timeoutSeconds: 0.2 }
    const refusal = await refusalOf(accessToken(settings, secretsFor(server)))
    expect(refusal).toMatchObject({ reason: 'endpoint', code: 'ETIMEDOUT', words: null })
  })

  it('says that the endpoint cannot be reached', async () => {
    const server = await start()
    const secrets = secretsFor(server)
    await server.close()
    const refusal = await refusalOf(accessToken(settingsFor(server), secrets))
    expect(refusal).toMatchObject({ reason: 'endpoint', code: 'ECONNREFUSED' })
  })

  it('comes before anything is sent in clear to another machine', async () => {
    const elsewhere = { tokenUrl: 'http://login.invalid/token', authorizationUrl: '' }
    const refusal = await refusalOf(accessToken(settingsFor(elsewhere), { ...noSecrets, refreshToken: 'r' }))
    expect(refusal).toMatchObject({ reason: 'endpoint', words: null })
    expect(refusal.code).not.toMatch(/ENOTFOUND|EAI_AGAIN/)
  })
})

describe('connecting an account', () => {
  const way = {
    redirectUri: 'https://app.example.org/settings/mail/oauth',
    state: 'st/ate',
    codeVerifier: 'v'.repeat(43),
  }

  async function agree(server: OauthServer) {
    const url = await authorizationUrl(settingsFor(server), way)
    const answer = await fetch(url, { redirect: 'manual' })
    const back = new URL(answer.headers.get('location') ?? '')
    expect(back.searchParams.get('state')).toBe(way.state)
    return back.searchParams.get('code') ?? ''
  }

  it('ends with a refresh token that buys access tokens', async () => {
    const server = await start()
    const secrets = secretsFor(server)
    const code = await agree(server)
    const refreshToken = await redeemCode(settingsFor(server), secrets, { ...way, code })
    const token = await accessToken(settingsFor(server), { ...secrets, refreshToken })
    expect(server.accepts(token.value)).toBe(true)
  })

  it('is refused for another verifier, another address, or the second time', async () => {
    const server = await start()
    const redeem = (code: string, changes = {}) =>
      redeemCode(settingsFor(server), secretsFor(server), { ...way, code, ...changes })
    const refused = { code: 'oauth-code-rejected' }
    await expect(redeem(await agree(server), { codeVerifier: 'w'.repeat(43) })).rejects.toMatchObject(refused)
    await expect(redeem(await agree(server), { redirectUri: 'https://a.org/' })).rejects.toMatchObject(
      refused,
    )
    const code = await agree(server)
    await redeem(code)
    await expect(redeem(code)).rejects.toMatchObject(refused)
  })

  it('is refused with what is wrong', async () => {
    const server = await start()
    const code = await agree(server)
    const redeem = (secrets = secretsFor(server)) =>
      redeemCode(settingsFor(server), secrets, { ...way, code })
    await expect(redeem({ ...secretsFor(server), clientSecret: 'wrong' })).rejects.toMatchObject({
      code: 'oauth-client-rejected',
    })
    server.options.trouble = 'garbage'
    await expect(redeem()).rejects.toMatchObject({ code: 'oauth-endpoint-failed' })
    const settings = settingsFor(server, { authorizationUrl: null })
    await expect(authorizationUrl(settings, way)).rejects.toMatchObject({
      code: 'oauth-authorization-url-missing',
    })
  })

  it('asks Google and Microsoft in the way that yields a refresh token', async () => {
    const asked = async (authorization: string, scopes: string) => {
      const settings = settingsFor({ tokenUrl: 'https://a.org', authorizationUrl: authorization }, { scopes })
      return Object.fromEntries(new URL(await authorizationUrl(settings, way)).searchParams)
    }
    expect(
      await asked('https://accounts.google.com/o/oauth2/v2/auth', 'https://mail.google.com/'),
    ).toMatchObject({
      access_type: 'offline',
      prompt: 'consent',
      scope: 'https://mail.google.com/',
      login_hint: 'anna@example.org',
      code_challenge_method: 'S256',
    })
    const microsoft = 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize'
    const scope = 'https://outlook.office.com/SMTP.Send offline_access'
    for (const scopes of [scope, 'https://outlook.office.com/SMTP.Send'])
      expect(await asked(microsoft, scopes)).toMatchObject({ scope, state: way.state })
  })
})
