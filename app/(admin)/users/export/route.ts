import { viewerDownload } from '@/app/viewer-download'
import { exportedColumns, exportUsers } from '@/domain/accounts/user-export'
import { byteOrderMark, csvLine, streamOf } from '@/lib/csv'
import { userAddress, userView } from '../user-address'

/** The users of a view of the list as a CSV file: there may be any number of them. */
export async function POST(request: Request) {
  const asked = Object.fromEntries(new URL(request.url).searchParams)
  const view = await userView(Promise.resolve(asked))
  return viewerDownload(request, userAddress(view), async viewer => ({
    type: 'text/csv; charset=utf-8',
    name: 'users.csv',
    body: streamOf(byteOrderMark + csvLine(exportedColumns), await exportUsers(viewer, view), csvLine),
  }))
}
