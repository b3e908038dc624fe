// Mail through a server that wants access tokens: a refresh token that changes on the way is never lost.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { keepCandidate } from '@/domain/mail-server/candidate'
import { declareMailServers } from '@/domain/mail-server/declared-servers'
import { inTurn } from '@/domain/mail-server/refresh-token'
import { activeVersion, connectMailServer } from '@/domain/mail-server/testing/settings'
import { findVersion } from '@/domain/mail-server/versions'
import { accessToken } from '@/domain/smtp/oauth'
import { noSecrets } from '@/domain/smtp/settings'
import { type OauthServer, oauthClient, startOauthServer } from '@/domain/smtp/testing/oauth-server'
import { type SmtpSink, startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { viewer } from '@/domain/testing/viewers'
import { inMinutes } from '@/lib/clock'
import { db, transaction } from '@/lib/db'
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

it('of two nodes that want a token at once spends the refresh token once after the other', async () => {
  const { versionId } = await connect()
  const version = await findVersion(versionId)
  const buy = (versionKey: string) =>
    accessToken(version!.settings, version!.secrets, { versionKey, inTurn: inTurn(version!) })
  // Each has read the settings before, and keeps tokens of its own.
  const tokens = await Promise.all(['node a', 'node b', 'node c'].map(buy))
  expect(new Set(tokens.map(({ value }) => value)).size).toBe(3)
  expect((await findVersion(versionId))?.secrets.refreshToken).toBe(oauth.refreshToken())
})

it('goes on with the refresh token that a test of other settings was given', async () => {
  const { versionId } = await connect()
  const { settings } = (await findVersion(versionId))!
  const candidate = await keepCandidate(root, {
    name: 'Other name',
    settings: { ...settings, timeoutSeconds: 20 },
    secrets: noSecrets,
    baseVersionId: versionId,
  })
  const tested = (await findVersion(candidate.versionId))!
  await accessToken(tested.settings, tested.secrets, { inTurn: inTurn(tested) })
  const id = await queue()
  await dispatch(randomUUID(), id)
  expect(await mailById(id)).toMatchObject({ state: 'sent' })
})

it('keeps the renewed refresh token where the one before is declared once more', async () => {
  const { versionId } = await connect()
  const { name, settings, secrets } = (await findVersion(versionId))!
  const declare = () => declareMailServers('latchkey.yaml', [{ name, settings, secrets }])
  await declare()
  const id = await queue()
  await dispatch(randomUUID(), id)
  expect(oauth.refreshToken()).not.toBe(secrets.refreshToken)
  await declare()
  expect((await activeVersion())?.secrets.refreshToken).toBe(oauth.refreshToken())
  // Through a version that keeps it, too.
  await declareMailServers('latchkey.yaml', [
    { name, settings: { ...settings, replyTo: 'help@example.org' }, secrets },
  ])
  await declare()
  expect((await activeVersion())?.secrets.refreshToken).toBe(oauth.refreshToken())
  // A new one is a new one.
  await declareMailServers('latchkey.yaml', [
    { name, settings, secrets: { ...secrets, refreshToken: 'another' } },
  ])
  expect((await activeVersion())?.secrets.refreshToken).toBe('another')
})

it('waits no longer for a node that died in its turn than the turn lasts', async () => {
  const { versionId, mailServerId } = await connect()
  const version = (await findVersion(versionId))!
  await db().mailServer.update({
    where: { id: mailServerId },
    data: { tokenTurnEndsAt: new Date(Date.now() + 700) },
  })
  const token = await accessToken(version.settings, version.secrets, { inTurn: inTurn(version) })
  expect(oauth.accepts(token.value)).toBe(true)
})

it('keeps the mail for later when the consent was withdrawn', async () => {
  await connect()
  oauth.withdrawGrant()
  const id = await queue()
  await dispatch(randomUUID(), id)
  expect(await mailById(id)).toMatchObject({ state: 'deferred', cause: 'oauth-grant-expired' })
})
