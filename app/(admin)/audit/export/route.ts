import { getTimeZone } from 'next-intl/server'
import { currentViewer } from '@/app/auth'
import { mustBeFor } from '@/app/viewer-action'
import { exportAudit } from '@/domain/audit/audit-export'
import { Refusal } from '@/lib/refusal'
import { auditAddress, auditView, filterOf } from '../audit-address'
import { exportStream, formats } from './export-stream'

/**
 * What is filtered as a file, as it is read from the database: any number of events take no more memory than some.
 * That somebody took it along is recorded, so it is no GET.
 */
export async function POST(request: Request) {
  const formData = await request.formData().catch(() => new FormData())
  const text = (name: string) => {
    const value = formData.get(name)
    return typeof value === 'string' ? value : undefined
  }
  const names = ['q', 'group', 'from', 'to']
  const view = await auditView(Promise.resolve(Object.fromEntries(names.map(name => [name, text(name)]))))
  const viewer = await currentViewer()
  if (!viewer) return seeOther(`/login?next=${encodeURIComponent(auditAddress(view))}`)
  const format = text('format') === 'jsonl' ? 'jsonl' : 'csv'
  try {
    mustBeFor(viewer, formData)
    const batches = await exportAudit(viewer, filterOf(view, await getTimeZone()), format)
    const { type, name } = formats[format]
    return new Response(exportStream(batches, format), {
      headers: {
        'Content-Type': type,
        'Content-Disposition': `attachment; filename="${name}"`,
        'Cache-Control': 'no-store, no-transform',
        'X-Content-Type-Options': 'nosniff',
      },
    })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.code === 'another-viewer' ? seeOther('/audit') : new Response(null, { status: 404 })
  }
}

const seeOther = (location: string) => new Response(null, { status: 303, headers: { location } })
