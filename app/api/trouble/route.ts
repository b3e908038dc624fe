import { requireViewer } from '@/app/auth'
import { troubleWords } from '../../(admin)/trouble-words'

/** What is wrong with the mail servers, for pages that are open already. */
export async function GET() {
  const viewer = await requireViewer()
  return Response.json(viewer.role === 'customer_user' ? null : await troubleWords(viewer))
}
