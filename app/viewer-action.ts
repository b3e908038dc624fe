import type { z } from 'zod'
import { noteTimeZone } from '@/domain/accounts/session'
import type { Viewer } from '@/domain/viewer'
import { formAction, type Options } from '@/lib/form-action'
import { Refusal } from '@/lib/refusal'
import { renderedForName } from '@/lib/rendered-for'
import { browserTimeZone, requirePerson, requireViewer } from './auth'

/**
 * A form action of the signed-in viewer; what they may do is decided in the domain. A form that was rendered for
 * somebody else, who was signed in in this browser then, does nothing.
 */
export const viewerAction = <Schema extends z.ZodType, Data = undefined>(
  schema: Schema,
  run: (
    viewer: Viewer,
    input: z.output<Schema>,
  ) => ReturnType<Parameters<typeof formAction<Schema, Data>>[1]>,
  options?: Omit<Options<Schema, Viewer>, 'before'>,
  who: () => Promise<Viewer> = requireViewer,
) =>
  formAction<Schema, Data, Viewer>(schema, (input, viewer) => run(viewer, input), {
    ...options,
    before: formData => viewerOfForm(formData, who),
  })

/** The same, also for one to whom nothing else is open until they have a second factor. */
export const personAction: typeof viewerAction = (schema, run, options) =>
  viewerAction(schema, run, options, requirePerson)

/** Before anything else, whatever was typed. */
async function viewerOfForm(formData: FormData, who: () => Promise<Viewer>): Promise<Viewer> {
  const viewer = await who()
  mustBeFor(viewer, formData)
  await noteTimeZone(viewer, await browserTimeZone())
  return viewer
}

/**
 * Whoever is signed in now should not mend what another has typed.
 * @throws Refusal another-viewer where the form was rendered for somebody else
 */
export function mustBeFor({ id, email }: Viewer, formData: FormData): void {
  if (formData.get(renderedForName) !== id) throw new Refusal('another-viewer', { values: { email } })
}
