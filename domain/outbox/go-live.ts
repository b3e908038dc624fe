import { type MailServerInput, type MailServerView, saveMailServer } from '@/domain/mail-server/versions'
import type { Viewer } from '@/domain/viewer'
import { transaction } from '@/lib/db'
import { wakeWaitingMails } from './worker'

/**
 * Saves the mail server, and sends on at once what has been waiting for a server that works.
 * @throws Refusal as `saveMailServer` does
 */
export const goLive = (
  viewer: Viewer,
  input: MailServerInput,
  allow?: { untested: boolean },
): Promise<MailServerView> =>
  transaction(async tx => {
    const saved = await saveMailServer(tx, viewer, input, allow)
    await wakeWaitingMails(tx)
    return saved
  })
