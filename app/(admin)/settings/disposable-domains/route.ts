import { currentViewer } from '@/app/auth'
import { uploadedForm } from '@/app/uploaded-form'
import { mustBeFor } from '@/app/viewer-action'
import { longestList, replaceDisposableList } from '@/domain/settings/disposable-domains'
import { requireSystemAdministrator } from '@/domain/viewer'
import { Refusal } from '@/lib/refusal'
import { addressOf } from '../../list-address'

/** What a form has beside its file. */
const aroundTheFile = 64 * 1024

/** Replaces the list of disposable domains by a file, or takes the one that comes along, and leads back. */
export async function POST(request: Request) {
  const viewer = await currentViewer()
  if (!viewer) return seeOther(`/login?next=${encodeURIComponent('/settings')}`)
  try {
    requireSystemAdministrator(viewer)
    const form = await uploadedForm(request, longestList + aroundTheFile, {
      tooLarge: 'list-too-large',
      unreadable: 'list-no-file',
    })
    mustBeFor(viewer, form)
    const file = form.get('file')
    const builtin = form.has('builtin')
    if (!builtin && (!(file instanceof File) || file.name === '')) throw new Refusal('list-no-file')
    const bytes = !builtin && file instanceof File ? new Uint8Array(await file.arrayBuffer()) : null
    await replaceDisposableList(viewer, bytes)
    return seeOther(back({ list: 'done' }))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (error.code === 'not-allowed') return new Response(null, { status: 404 })
    const { line } = error.options.values ?? {}
    return seeOther(back({ list: error.code, line: line === undefined ? undefined : String(line) }))
  }
}

const back = (query: Record<string, string | undefined>) =>
  `${addressOf('/settings', query)}#disposable-domains`

const seeOther = (location: string) => new Response(null, { status: 303, headers: { location } })
