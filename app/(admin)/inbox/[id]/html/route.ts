import { requireViewer } from '@/app/auth'
import { readInboxMail } from '@/domain/inbox/inbox'
import { found, idIn } from '../../../found'
import { mailPage } from '../../../mail-page'

/** The HTML of a received mail, for the frame on its page. */
export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }) {
  const { html } = await found(readInboxMail(await requireViewer(), await idIn(params)))
  return mailPage(html, 'followed')
}
