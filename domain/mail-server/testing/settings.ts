// Settings and saved mail servers for tests.

import {
  type MailServerSecrets,
  type MailServerSettings,
  noSecrets,
  plainSettings,
} from '@/domain/smtp/settings'
import type { Viewer } from '@/domain/viewer'
import { db, transaction } from '@/lib/db'
import { saveMailServer } from '../saving'
import { type MailServerView, primary, type UsableVersion, usable } from '../versions'

/** For a server on loopback without TLS or login, unless it is said otherwise. */
export const settingsFor = (
  server: { host: string; port: number },
  changes: Partial<MailServerSettings> = {},
): MailServerSettings => ({ ...plainSettings(server), ...changes })

/** Makes a server the active one, or a further one that stands by. */
export const connectMailServer = (
  viewer: Viewer,
  server: { host: string; port: number },
  changes: Partial<MailServerSettings> = {},
  secrets: Partial<MailServerSecrets> = {},
  standby = false,
): Promise<MailServerView> =>
  transaction(tx =>
    saveMailServer(
      tx,
      viewer,
      {
        name: standby ? 'Standby' : 'Sink',
        settings: settingsFor(server, changes),
        secrets: { ...noSecrets, ...secrets },
        baseVersionId: null,
        newServer: standby,
      },
      { untested: true },
    ),
  )

/** The active version of the primary mail server, or null while there is none. */
export async function activeVersion(): Promise<UsableVersion | null> {
  const row = await primary(db())
  return row && usable(row)
}
