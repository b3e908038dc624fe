import type { Viewer } from '@/domain/viewer'
import { Refusal } from '@/lib/refusal'
import { currentViewer } from './auth'
import { mustBeFor } from './viewer-action'

type File = { type: string; name: string; body: ReadableStream<Uint8Array> }

/**
 * The answer to a form that asks for a file: what the viewer may take with them, written while it is read. That
 * somebody took it is recorded, so it is never a GET.
 * @param back where the form stands: whoever is signed out by then, or signed in as another, is led there
 */
export async function viewerDownload(
  request: Request,
  back: string,
  make: (viewer: Viewer, typed: (name: string) => string | undefined) => Promise<File>,
): Promise<Response> {
  const formData = await request.formData().catch(() => new FormData())
  const viewer = await currentViewer()
  if (!viewer) return seeOther(`/login?next=${encodeURIComponent(back)}`)
  try {
    mustBeFor(viewer, formData)
    const { type, name, body } = await make(viewer, field => {
      const value = formData.get(field)
      return typeof value === 'string' ? value : undefined
    })
    return new Response(body, {
      headers: {
        'Content-Type': type,
        'Content-Disposition': `attachment; filename="${name}"`,
        'Cache-Control': 'no-store, no-transform',
        'X-Content-Type-Options': 'nosniff',
      },
    })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.code === 'another-viewer' ? seeOther(back) : new Response(null, { status: 404 })
  }
}

const seeOther = (location: string) => new Response(null, { status: 303, headers: { location } })
