import { currentViewer } from '@/app/auth'
import { uploadedForm } from '@/app/uploaded-form'
import { mustBeFor } from '@/app/viewer-action'
import type { Viewer } from '@/domain/viewer'
import { Refusal } from '@/lib/refusal'
import { addressOf } from './list-address'

type Upload = {
  /** The page that the form stands on, and who may use it @throws Refusal not-allowed */
  page: string
  may: (viewer: Viewer) => void
  /** In the address of the page: how it ended */
  name: string
  /** Where on the page it stands */
  place: string
  /** Of the file, in bytes */
  longest: number
  /** The codes to refuse with */
  codes: { tooLarge: string; none: string }
  /** The button that wants no file but what was there before */
  without?: string
  /**
   * @param file null where that button was pressed
   * @param named the file's name, and the tenant in the address @throws Refusal
   */
  take: (
    viewer: Viewer,
    file: Uint8Array | null,
    named: { name: string; tenantId?: string },
  ) => Promise<unknown>
}

/** What a form has beside its file. */
const aroundTheFile = 64 * 1024

/** Takes the file of a form, and leads back to it. Works as HTML alone does. */
export const uploadRoute =
  ({ page, may, name, place, longest, codes, without, take }: Upload) =>
  async (request: Request): Promise<Response> => {
    const viewer = await currentViewer()
    if (!viewer) return seeOther(`/login?next=${encodeURIComponent(page)}`)
    const tenantId = new URL(request.url).searchParams.get('tenant') ?? undefined
    const back = (query: Record<string, string | undefined>) =>
      seeOther(`${addressOf(page, { tenant: tenantId, ...query })}#${place}`)
    try {
      may(viewer)
      const form = await uploadedForm(request, longest + aroundTheFile, {
        tooLarge: codes.tooLarge,
        unreadable: codes.none,
      })
      mustBeFor(viewer, form)
      const file = form.get('file')
      if (without && form.has(without)) await take(viewer, null, { name: '' })
      else if (!(file instanceof File) || file.name === '') throw new Refusal(codes.none)
      else await take(viewer, new Uint8Array(await file.arrayBuffer()), { name: file.name, tenantId })
      return back({ [name]: 'done' })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (error.code === 'not-allowed') return new Response(null, { status: 404 })
      const { line } = error.options.values ?? {}
      return back({ [name]: error.code, line: line === undefined ? undefined : String(line) })
    }
  }

const seeOther = (location: string) => new Response(null, { status: 303, headers: { location } })
