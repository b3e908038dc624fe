import { requireViewer } from '@/app/auth'
import { exportedColumns, exportUsers } from '@/domain/accounts/user-export'
import { UserState } from '@/generated/prisma/enums'
import { csvLine } from '@/lib/csv'
import { found } from '../../found'
import { listView } from '../../list-address'

/** Spreadsheets take a file without it for one in the encoding of their country. */
const byteOrderMark = '\ufeff'

/** The users of a view of the list as a CSV file, made while it is sent: there may be any number of them. */
export async function GET(request: Request) {
  const viewer = await requireViewer()
  const asked = Object.fromEntries(new URL(request.url).searchParams)
  const view = await listView(Promise.resolve(asked), Object.values(UserState))
  const users = await found(exportUsers(viewer, view))
  const text = new TextEncoder()
  const stream = new ReadableStream<Uint8Array>({
    start: controller => controller.enqueue(text.encode(byteOrderMark + csvLine(exportedColumns))),
    async pull(controller) {
      const { done, value } = await users.next()
      if (done) controller.close()
      else controller.enqueue(text.encode(value.map(csvLine).join('')))
    },
    cancel: async () => {
      await users.return(undefined)
    },
  })
  return new Response(stream, {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': 'attachment; filename="users.csv"',
      'Cache-Control': 'no-store',
    },
  })
}
