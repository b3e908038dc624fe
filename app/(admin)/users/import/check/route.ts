import { currentViewer } from '@/app/auth'
import { uploadedForm } from '@/app/uploaded-form'
import { mustBeFor } from '@/app/viewer-action'
import { checkImport, longestFile } from '@/domain/accounts/import-check'
import { requireAdministrator } from '@/domain/viewer'
import { Refusal } from '@/lib/refusal'
import { refusedAddress } from '../refused-address'

/** What a form has beside its file. */
const aroundTheFile = 64 * 1024

/**
 * Checks a file of users, and leads to what was found. No action: those take what fits into a form, and this is
 * read from the network only once it is known who sends it.
 */
export async function POST(request: Request) {
  const viewer = await currentViewer()
  if (!viewer) return seeOther(`/login?next=${encodeURIComponent('/users/import')}`)
  try {
    requireAdministrator(viewer)
    const form = await uploadedForm(request, longestFile + aroundTheFile, {
      tooLarge: 'import-too-large',
      unreadable: 'import-no-file',
    })
    mustBeFor(viewer, form)
    const file = form.get('file')
    if (!(file instanceof File) || file.name === '') throw new Refusal('import-no-file', { field: 'file' })
    const bytes = new Uint8Array(await file.arrayBuffer())
    return seeOther(`/users/import/${await checkImport(viewer, { name: file.name, bytes })}`)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.code === 'not-allowed'
      ? new Response(null, { status: 404 })
      : seeOther(refusedAddress(error))
  }
}

const seeOther = (location: string) => new Response(null, { status: 303, headers: { location } })
