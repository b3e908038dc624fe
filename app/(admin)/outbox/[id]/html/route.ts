import { requireViewer } from '@/app/auth'
import { previewMail } from '@/domain/mail-log/mail'
import { found, idIn } from '../../../found'
import { mailPage } from '../../../mail-page'

/** What the reader of a mail sees, without a link that works, for the frame on its page. */
export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }) {
  const preview = await found(previewMail(await requireViewer(), await idIn(params)))
  return mailPage(preview?.html ?? '', 'dead')
}
