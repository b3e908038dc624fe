// Connecting the account that mail is sent with: an administrator agrees at the provider, once.
import { randomBytes } from 'node:crypto'
import { record } from '@/domain/audit/audit'
import type { Viewer } from '@/domain/viewer'
import { now } from '@/lib/clock'
import { transaction } from '@/lib/db'
import { env } from '@/lib/env'
import { KeyringError, keyring } from '@/lib/keyring'
import { Refusal } from '@/lib/refusal'
import { keepCandidate, type MailServerInput } from './candidate'
import { authorizationUrl, redeemCode } from './oauth-connect'
import { publicOnly, scopeOf } from './scope'
import { findVersion, type MailServerView } from './versions'

/** Where the provider sends the browser back to; it must be registered with the provider to the letter. */
export const oauthRedirectUri = () => `${env().appUrl}/settings/mail/oauth`

/** How long the administrator may take at the provider, in minutes. */
const patience = 30

/** What must be known on the way back. It travels sealed, as `state`: another node may be asked then. */
type Journey = { viewerId: string; versionId: string; codeVerifier: string; until: number }

/**
 * Keeps what the form holds, and tells where to go to agree.
 * @throws Refusal oauth-authorization-url-missing, and those of `createCandidate`
 */
export async function beginConnection(
  viewer: Viewer,
  input: MailServerInput,
): Promise<{ kept: MailServerView; url: string }> {
  await scopeOf(viewer)
  if (!input.settings.oauth?.authorizationUrl) throw new Refusal('oauth-authorization-url-missing')
  const kept = await keepCandidate(viewer, input, { connecting: true })
  const codeVerifier = randomBytes(32).toString('base64url')
  const journey: Journey = {
    viewerId: viewer.id,
    versionId: kept.versionId,
    codeVerifier,
    until: now().getTime() + patience * 60_000,
  }
  const state = Buffer.from(keyring().seal(JSON.stringify(journey), place)).toString('base64url')
  return {
    kept,
    url: await authorizationUrl(kept.settings, { redirectUri: oauthRedirectUri(), state, codeVerifier }),
  }
}

/**
 * Exchanges what the provider sent back for a refresh token, and keeps it with the settings as a new
 * candidate, to be tested and saved.
 * @throws Refusal oauth-journey-unknown (not begun by this viewer, or too long ago), mail-server-gone, and
 *   those of `redeemCode`
 */
export async function finishConnection(
  viewer: Viewer,
  { code, state }: { code: string; state: string },
): Promise<MailServerView> {
  const scope = await scopeOf(viewer)
  const { versionId, codeVerifier } = openJourney(viewer, state)
  const version = await findVersion(versionId)
  if (!version || version.tenantId !== scope.tenantId) throw new Refusal('mail-server-gone')
  const { name, settings, secrets } = version
  const refreshToken = await redeemCode(settings, secrets, {
    code,
    codeVerifier,
    redirectUri: oauthRedirectUri(),
    publicOnly: publicOnly(scope),
  })
  const kept = await keepCandidate(viewer, {
    name,
    settings,
    secrets: { ...secrets, refreshToken },
    baseVersionId: versionId,
  })
  const subject = { type: 'mail-server' as const, id: kept.mailServerId, label: name, ...scope }
  await transaction(tx =>
    record(tx, viewer, 'mail-server.connected', subject, { after: { refreshToken: 'changed' } }),
  )
  return kept
}

const place = 'oauth-journey'

function openJourney(viewer: Viewer, state: string): Journey {
  try {
    const journey: Journey = JSON.parse(keyring().open(Buffer.from(state, 'base64url').toString(), place))
    if (journey.viewerId === viewer.id && journey.until > now().getTime()) return journey
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error
  }
  throw new Refusal('oauth-journey-unknown')
}
