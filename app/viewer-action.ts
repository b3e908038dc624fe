import type { z } from 'zod'
import type { Viewer } from '@/domain/viewer'
import { formAction } from '@/lib/form-action'
import { requireViewer } from './auth'

/** A form action of the signed-in viewer; what they may do is decided in the domain. */
export const viewerAction = <Schema extends z.ZodType, Data = undefined>(
  schema: Schema,
  run: (
    viewer: Viewer,
    input: z.output<Schema>,
  ) => ReturnType<Parameters<typeof formAction<Schema, Data>>[1]>,
  options?: Parameters<typeof formAction>[2],
) => formAction<Schema, Data>(schema, async input => run(await requireViewer(), input), options)
