// Mail through a server that wants access tokens: a refresh token that changes on the way is never lost.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { connectMailServer } from '@/domain/mail-server/testing/settings'
import { findVersion } from '@/domain/mail-server/versions'
import { type OauthServer, oauthClient, startOauthServer } from '@/domain/smtp/testing/oauth-server'
import { type SmtpSink, startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { viewer } from '@/domain/testing/viewers'
import { inMinutes } from '@/lib/clock'
import { transaction } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { type MailOrder, queueMail } from './outbound-mail'
import { dispatch, mailById } from './testing/worker'

useTestDatabase()
const root = viewer()
let oauth: OauthServer
let sink: SmtpSink

beforeEach(async () => {
  oauth = await startOauthServer({ rotates: true, validFor: 1 })
  sink = await startSmtpSink({
    allowAuthInClear: true,
    loginRequired: true,
    acceptsToken: token => oauth.accepts(token),
  })
})
afterEach(() => Promise.all([oauth.close(), sink.close()]))

const queue = () =>
  transaction(tx =>
    queueMail(tx, {
      kind: 'password-reset',
      parameters: { name: 'Anna', expiresAt: inMinutes(60).toISOString() },
      recipient: 'anna@example.org',
      locale: 'en',
      expiresAt: inMinutes(60),
      link: { tokenId: randomUUID(), keyId: 'k1', path: 'reset-password' },
      requestedBy: root,
    } as MailOrder),
  )

const connect = () =>
  connectMailServer(
    root,
    sink,
    {
      authentication: 'oauth2',
      username: 'anna@example.org',
      credentialsInClear: true,
      oauth: {
        grant: 'refresh-token',
        authorizationUrl: null,
        tokenUrl: oauth.tokenUrl,
        clientId: oauthClient.id,
        scopes: 'mail',
      },
    },
    { clientSecret: oauthClient.secret, refreshToken: oauth.refreshToken() },
  )

it('stores the refresh token that replaces the one before, and goes on with it', async () => {
  const { versionId } = await connect()
  for (const _mail of [1, 2, 3]) {
    const id = await queue()
    await dispatch(randomUUID(), id)
    expect(await mailById(id)).toMatchObject({ state: 'sent' })
    expect((await findVersion(versionId))?.secrets.refreshToken).toBe(oauth.refreshToken())
  }
  expect(sink.mails.length).toBe(3)
})

it('keeps the mail for later when the consent was withdrawn', async () => {
  await connect()
  oauth.withdrawGrant()
  const id = await queue()
  await dispatch(randomUUID(), id)
  expect(await mailById(id)).toMatchObject({ state: 'deferred', cause: 'oauth-grant-expired' })
})
