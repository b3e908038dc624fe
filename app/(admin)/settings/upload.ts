import { currentViewer } from '@/app/auth'
import { uploadedForm } from '@/app/uploaded-form'
import { mustBeFor } from '@/app/viewer-action'
import { requireSystemAdministrator, type Viewer } from '@/domain/viewer'
import { Refusal } from '@/lib/refusal'
import { addressOf } from '../list-address'

type Upload = {
  /** In the address of the page: how it ended */
  name: string
  /** Where on the page it stands */
  place: string
  /** Of the file, in bytes */
  longest: number
  /** The codes to refuse with */
  codes: { tooLarge: string; none: string }
  /** The button that wants no file but what was there before */
  without: string
  /** @param file null where that button was pressed @throws Refusal */
  take: (viewer: Viewer, file: Uint8Array | null) => Promise<unknown>
}

/** What a form has beside its file. */
const aroundTheFile = 64 * 1024

/** Takes the file of a form of the settings, and leads back to it. Works as HTML alone does. */
export const uploadRoute =
  ({ name, place, longest, codes, without, take }: Upload) =>
  async (request: Request): Promise<Response> => {
    const viewer = await currentViewer()
    if (!viewer) return seeOther(`/login?next=${encodeURIComponent('/settings')}`)
    const back = (query: Record<string, string | undefined>) =>
      seeOther(`${addressOf('/settings', query)}#${place}`)
    try {
      requireSystemAdministrator(viewer)
      const form = await uploadedForm(request, longest + aroundTheFile, {
        tooLarge: codes.tooLarge,
        unreadable: codes.none,
      })
      mustBeFor(viewer, form)
      const file = form.get('file')
      if (form.has(without)) await take(viewer, null)
      else if (!(file instanceof File) || file.name === '') throw new Refusal(codes.none)
      else await take(viewer, new Uint8Array(await file.arrayBuffer()))
      return back({ [name]: 'done' })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (error.code === 'not-allowed') return new Response(null, { status: 404 })
      const { line } = error.options.values ?? {}
      return back({ [name]: error.code, line: line === undefined ? undefined : String(line) })
    }
  }

const seeOther = (location: string) => new Response(null, { status: 303, headers: { location } })
