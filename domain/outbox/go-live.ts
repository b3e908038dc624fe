import { type MailServerInput, type MailServerView, saveMailServer } from '@/domain/mail-server/versions'
import type { Viewer } from '@/domain/viewer'
import { transaction } from '@/lib/db'
import { wakeWaitingMails } from './worker'

/**
 * Saves the mail server, and sends on at once what has been waiting for a server that works.
 * @throws Refusal password-needed, password-needed-again
 */
export const goLive = (viewer: Viewer, input: MailServerInput): Promise<MailServerView> =>
  transaction(async tx => {
    const saved = await saveMailServer(tx, viewer, input)
    await wakeWaitingMails(tx)
    return saved
  })
