import { getTimeZone } from 'next-intl/server'
import { viewerDownload } from '@/app/viewer-download'
import { exportAudit } from '@/domain/audit/audit-export'
import { auditAddress, auditView, filterOf } from '../audit-address'
import { exportStream, formats } from './export-stream'

/** What is filtered as a file: any number of events take no more memory than some. */
export async function POST(request: Request) {
  const view = await auditView(Promise.resolve(Object.fromEntries(new URL(request.url).searchParams)))
  return viewerDownload(request, auditAddress(view), async (viewer, typed) => {
    const format = typed('format') === 'jsonl' ? 'jsonl' : 'csv'
    const events = await exportAudit(viewer, filterOf(view, await getTimeZone()), format)
    return { ...formats[format], body: exportStream(events, format) }
  })
}
