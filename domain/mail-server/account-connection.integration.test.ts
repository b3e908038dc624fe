import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { noSecrets } from '@/domain/smtp/settings'
import { type OauthServer, oauthClient, startOauthServer } from '@/domain/smtp/testing/oauth-server'
import { viewer } from '@/domain/testing/viewers'
import { setClockAhead } from '@/lib/clock'
import { db } from '@/lib/db'
import { dump, useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { beginConnection, finishConnection } from './account-connection'
import type { MailServerInput } from './candidate'
import { settingsFor } from './testing/settings'
import { findVersion } from './versions'

useTestDatabase()
const root = viewer()
let provider: OauthServer

beforeEach(async () => {
  provider = await startOauthServer()
})
afterEach(() => provider.close())

const input = (): MailServerInput => ({
  name: 'Provider',
  settings: settingsFor(
    { host: 'smtp.example.org', port: 587 },
    {
      encryption: 'starttls',
      authentication: 'oauth2',
      username: 'anna@example.org',
      oauth: {
        grant: 'refresh-token',
        authorizationUrl: provider.authorizationUrl,
        tokenUrl: provider.tokenUrl,
        clientId: oauthClient.id,
        scopes: 'send',
      },
    },
  ),
  secrets: { ...noSecrets, clientSecret: oauthClient.secret },
  baseVersionId: null,
})

/** Agrees at the provider, as a browser would, and returns what comes back in the address. */
async function agree(url: string) {
  const response = await fetch(url, { redirect: 'manual' })
  const back = new URL(response.headers.get('location') ?? '')
  return { code: back.searchParams.get('code') ?? '', state: back.searchParams.get('state') ?? '' }
}

describe('connecting an account', () => {
  it('keeps a refresh token that is sealed, as a candidate to be tested', async () => {
    const { kept, url } = await beginConnection(root, input())
    expect(kept.stored).toEqual(['clientSecret'])
    const connected = await finishConnection(root, await agree(url))
    expect(connected).toMatchObject({ state: 'candidate', stored: ['clientSecret', 'refreshToken'] })
    const version = await findVersion(connected.versionId)
    expect(version?.secrets.refreshToken).toBe(provider.refreshToken())
    expect(await dump()).not.toContain(provider.refreshToken().slice(0, 60))
    expect(await db().mailServer.count()).toBe(1)
  })

  it('is refused to whoever did not begin it, with a made-up state, and too late', async () => {
    const { url } = await beginConnection(root, input())
    const answer = await agree(url)
    const other = viewer({ id: '00000000-0000-4000-8000-000000000009' })
    expect(await refusalOf(finishConnection(other, answer))).toBe('oauth-journey-unknown')
    expect(await refusalOf(finishConnection(root, { ...answer, state: 'bWFkZSB1cA' }))).toBe(
      'oauth-journey-unknown',
    )
    setClockAhead(31 * 60_000)
    expect(await refusalOf(finishConnection(root, answer))).toBe('oauth-journey-unknown')
    setClockAhead(0)
    expect(await refusalOf(finishConnection(root, { ...answer, code: 'another' }))).toBe(
      'oauth-code-rejected',
    )
  })

  it('is needed again when the client changes', async () => {
    const { url } = await beginConnection(root, input())
    const { versionId } = await finishConnection(root, await agree(url))
    const changed = input()
    changed.baseVersionId = versionId
    changed.secrets.clientSecret = null
    expect(await refusalOf(beginConnection(root, changed))).toBe('done')
    if (changed.settings.oauth) changed.settings.oauth.clientId = 'another'
    expect(await refusalOf(beginConnection(root, changed))).toBe('client-secret-needed-again')
  })
})
