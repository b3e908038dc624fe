// Changes of mail servers that waiting mails profit from: they are sent at once, not at their next turn.

import type { MailServerInput } from '@/domain/mail-server/candidate'
import { type SaveOptions, saveMailServer } from '@/domain/mail-server/saving'
import { closeServerBreaker, setMailServerEnabled, setMailServerPaused } from '@/domain/mail-server/servers'
import { type MailServerView, readMailServer } from '@/domain/mail-server/versions'
import { noSecrets } from '@/domain/smtp/settings'
import type { Viewer } from '@/domain/viewer'
import { transaction } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { wakeWaitingMails } from './waking'

/** Saves the mail server. @throws Refusal as `saveMailServer` does */
export const goLive = (
  viewer: Viewer,
  input: MailServerInput,
  allow?: SaveOptions,
): Promise<MailServerView> =>
  transaction(async tx => {
    const saved = await saveMailServer(tx, viewer, input, allow)
    await wakeWaitingMails(tx)
    return saved
  })

/**
 * Puts an earlier version in force again as a new one, with the secrets that were entered for it. It was
 * in force before, so nothing has to be tested.
 * @throws Refusal mail-server-gone, and the SECRET-needed of `createCandidate` where none was ever stored
 */
export async function restoreVersion(viewer: Viewer, versionId: string): Promise<MailServerView> {
  const version = await readMailServer(viewer, { versionId })
  if (!version) throw new Refusal('mail-server-gone')
  const { name, settings } = version
  return goLive(viewer, { name, settings, secrets: noSecrets, baseVersionId: versionId }, { untested: true })
}

/** Lets mail leave through a server again. @throws Refusal mail-server-gone */
export const enableMailServer = (viewer: Viewer, id: string): Promise<void> =>
  transaction(async tx => {
    await setMailServerEnabled(tx, viewer, id, true)
    await wakeWaitingMails(tx)
  })

/** Lets mail through a server that was paused. @throws Refusal mail-server-gone */
export const resumeMailServer = (viewer: Viewer, id: string): Promise<void> =>
  transaction(async tx => {
    await setMailServerPaused(tx, viewer, id, false)
    await wakeWaitingMails(tx)
  })

/** Tries a server at once whose breaker is open. @throws Refusal mail-server-gone */
export const tryMailServerNow = (viewer: Viewer, id: string): Promise<void> =>
  transaction(async tx => {
    await closeServerBreaker(tx, viewer, id)
    await wakeWaitingMails(tx)
  })
