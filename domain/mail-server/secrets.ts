// The secrets of mail servers: where each may go, when a stored one may be used again, and how it is sealed.

import {
  type MailServerSecrets,
  type MailServerSettings,
  type SecretName,
  secretNames,
  secretsUsed,
} from '@/domain/smtp/settings'
import type { MailServerVersion } from '@/generated/prisma/client'
import { hashToken, KeyringError, keyring } from '@/lib/keyring'
import { log } from '@/lib/log'
import { Refusal } from '@/lib/refusal'
import type { SealedColumn } from '@/lib/sealed-column'

/**
 * Who hears a secret: equal for two settings exactly when one that was entered for the first may be used with
 * the second. All that decides who is at the other end belongs to it: the place, how the one there proves who
 * they are, and whoever passes it on. A proxy may answer in the server's name, and with a certificate that the
 * editor trusts it would be believed, so that neither counts for less because the connection is encrypted.
 */
function hearersOf(secret: SecretName, settings: MailServerSettings): string {
  const { host, port, encryption, trustedCa, pinnedCertificate, username, credentialsInClear } = settings
  const { proxy, oauth } = settings
  const way = proxy && [proxy.type, proxy.host, proxy.port, proxy.username]
  const server = [host, port, encryption, trustedCa, pinnedCertificate, username, credentialsInClear, way]
  // What they buy, an access token, goes to the mail server.
  const grant = oauth && [oauth.grant, oauth.tokenUrl, oauth.clientId, server]
  const hearers = { password: server, proxyPassword: way, clientSecret: grant, refreshToken: grant }
  return JSON.stringify(hearers[secret])
}

type Typed = { settings: MailServerSettings; secrets: MailServerSecrets }

/**
 * The secrets to go with settings: those that were typed, else the stored ones; these also for a refresh token that was
 * renewed since it was typed. A stored secret only goes where it was entered for: whoever may edit the settings must not
 * be able to send it to a server of their own.
 * @param stored the version that the form was filled from
 * @param connecting for settings whose refresh token is about to be fetched
 * @throws Refusal SECRET-needed, and SECRET-needed-again where others would hear it (with SECRET as password,
 *   client-secret, refresh-token)
 */
export function secretsFor(
  { settings, secrets }: Typed,
  stored:
    | (Pick<MailServerVersion, 'id' | SealedColumnName | 'enteredRefreshToken'> & {
        settings: MailServerSettings
      })
    | null,
  { connecting } = { connecting: false },
): MailServerSecrets {
  const used = secretsUsed(settings)
  const keep = (name: SecretName): string | null => {
    if (!used.includes(name)) return null
    const typed = secrets[name]
    const sameHearers = stored !== null && hearersOf(name, stored.settings) === hearersOf(name, settings)
    // Whoever enters again what was spent means what was given in its place: to spend it twice can end both (RFC 9700 §4.14.2).
    const wasRenewed =
      typed && name === 'refreshToken' && sameHearers && stored.enteredRefreshToken === hashToken(typed)
    if (typed && !wasRenewed) return typed
    if (!stored?.[sealedColumns[name]]) return null
    const again = () => new Refusal(`${codeOf[name]}-needed-again`, { field: name })
    if (!sameHearers) {
      if (connecting && name === 'refreshToken') return null
      throw again()
    }
    const kept = openIfPossible(stored, name)
    if (kept === null) throw again()
    return kept
  }
  const kept = Object.fromEntries(secretNames.map(name => [name, keep(name)])) as MailServerSecrets
  // A proxy may want a name alone, and a public OAuth client has no secret (RFC 6749 §2.1).
  for (const name of ['password', 'refreshToken'] as const)
    if (used.includes(name) && !kept[name] && !(connecting && name === 'refreshToken'))
      throw new Refusal(`${codeOf[name]}-needed`, { field: name })
  if (settings.oauth?.grant === 'client-credentials' && !kept.clientSecret)
    throw new Refusal('client-secret-needed', { field: 'clientSecret' })
  return kept
}

const codeOf: Record<SecretName, string> = {
  password: 'password',
  proxyPassword: 'password',
  clientSecret: 'client-secret',
  refreshToken: 'refresh-token',
}

const sealedColumns = {
  password: 'sealedPassword',
  proxyPassword: 'sealedProxyPassword',
  clientSecret: 'sealedClientSecret',
  refreshToken: 'sealedRefreshToken',
} as const satisfies Record<SecretName, keyof MailServerVersion>

type SealedColumnName = (typeof sealedColumns)[SecretName]
type Row = Pick<MailServerVersion, 'id' | SealedColumnName>

const place = (id: string, secret: SecretName) => `MailServerVersion.${sealedColumns[secret]}:${id}`

/** For a rotation of the keys. */
export const sealedSecrets: SealedColumn[] = secretNames.map(secret => ({
  table: 'MailServerVersion',
  column: sealedColumns[secret],
  place: id => place(id, secret),
}))

/** The columns of a version that hold these secrets, sealed for it alone. */
export const sealed = (id: string, secrets: Partial<MailServerSecrets>): Partial<Row> =>
  Object.fromEntries(
    Object.entries(secrets).map(([name, secret]) => [
      sealedColumns[name as SecretName],
      secret && keyring().seal(secret, place(id, name as SecretName)),
    ]),
  )

/** Which secrets are stored with a version. */
export const storedIn = (row: Row): SecretName[] =>
  secretNames.filter(name => row[sealedColumns[name]] !== null)

/** All secrets of a version, opened. @throws KeyringError if one cannot be opened */
export const opened = (row: Row): MailServerSecrets =>
  Object.fromEntries(secretNames.map(name => [name, open(row, name)])) as MailServerSecrets

/** The same for a comparison: one that cannot be opened is like no other. */
export const comparable = (row: Row): MailServerSecrets =>
  Object.fromEntries(
    secretNames.map(name => [name, openIfPossible(row, name) ?? row[sealedColumns[name]]]),
  ) as MailServerSecrets

/** Which secrets differ between two versions. */
export function secretsChanged(before: Row, after: Row): SecretName[] {
  const [old, young] = [comparable(before), comparable(after)]
  return secretNames.filter(name => old[name] !== young[name])
}

function open(row: Row, name: SecretName): string | null {
  const text = row[sealedColumns[name]]
  return text && keyring().open(text, place(row.id, name))
}

/** Null for a secret that cannot be opened with the keys there are: it has to be entered again. */
function openIfPossible(row: Row, name: SecretName): string | null {
  try {
    return open(row, name)
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error
    log.error({ version: row.id, secret: name, error: error.message }, 'a stored secret cannot be opened')
    return null
  }
}
