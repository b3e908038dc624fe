// Changes of mail servers that waiting mails profit from: they are sent at once, not at their next turn.
import { setMailServerEnabled } from '@/domain/mail-server/servers'
import { type MailServerInput, type MailServerView, saveMailServer } from '@/domain/mail-server/versions'
import type { Viewer } from '@/domain/viewer'
import { transaction } from '@/lib/db'
import { wakeWaitingMails } from './outbound-mail'

/** Saves the mail server. @throws Refusal as `saveMailServer` does */
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

/** Lets mail leave through a server again. @throws Refusal mail-server-gone */
export const enableMailServer = (viewer: Viewer, id: string): Promise<void> =>
  transaction(async tx => {
    await setMailServerEnabled(tx, viewer, id, true)
    await wakeWaitingMails(tx)
  })
