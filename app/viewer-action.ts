import type { z } from 'zod'
import { noteTimeZone } from '@/domain/accounts/session'
import type { Viewer } from '@/domain/viewer'
import { formAction, type Options } from '@/lib/form-action'
import type { FormState } from '@/lib/form-state'
import { pressAgain } from '@/lib/proof-question'
import { Refusal } from '@/lib/refusal'
import { renderedForName } from '@/lib/rendered-for'
import { browserTimeZone, requirePerson, requireViewer } from './auth'
import { orAsk, takeProof } from './step-up'

type Finished<Data> = ReturnType<Parameters<typeof formAction<z.ZodType, Data>>[1]>

/**
 * A form action of the signed-in viewer; what they may do is decided in the domain. A form that was rendered for
 * somebody else, who was signed in in this browser then, does nothing. Where the domain wants a fresh proof of who it
 * is, the form asks for that, and then does what it was sent for.
 */
export function viewerAction<Schema extends z.ZodType, Data = undefined>(
  schema: Schema,
  run: (viewer: Viewer, input: z.output<Schema>) => Finished<Data>,
  options: ViewerOptions<Schema> = {},
  who: () => Promise<Viewer> = requireViewer,
) {
  const { ownQuestion = false, ...rest } = options
  const action = formAction<Schema, Data, Known>(
    schema,
    async (input, { viewer, formData }) => {
      const proved = await takeProof(viewer, formData)
      return 'id' in proved ? orAsk(formData, async () => run(proved, input)) : proved
    },
    {
      ...rest,
      before: async formData => ({ viewer: await viewerOfForm(formData, who), formData }),
    },
  )
  return async (previous: FormState<Data>, formData: FormData): Promise<FormState<Data>> => {
    if (formData instanceof FormData) pressAgain(formData)
    const state = await action(previous, formData)
    // What the form has shown goes on being shown while it asks.
    return state.proof ? { ...state, data: previous.data, ...(ownQuestion && { proof: undefined }) } : state
  }
}

type ViewerOptions<Schema extends z.ZodType> = Omit<Options<Schema, Known>, 'before'> & {
  /** The page itself asks who it is */
  ownQuestion?: boolean
}

type Known = { viewer: Viewer; formData: FormData }

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
