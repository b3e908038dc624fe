'use server'

import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { startImport, undoImport } from '@/domain/accounts/user-import'

const importId = z.guid()

const Import = z.object({
  importId,
  invitations: z.enum(['mail', 'none']),
  perMinute: z
    .string()
    .trim()
    .regex(/^([1-9]\d{0,4})?$/, 'limit')
    .transform(text => (text === '' ? null : Number(text))),
})

/** How far it is the page says, and goes on saying. */
export const startImportAction = viewerAction(Import, async (viewer, { importId: id, ...options }) => {
  await startImport(viewer, id, {
    invited: options.invitations === 'mail',
    perMinute: options.perMinute,
  })
  return undefined
})

export const undoImportAction = viewerAction(
  z.object({ importId }),
  async (viewer, { importId: id }) => {
    await undoImport(viewer, id)
    return undefined
  },
  { confirm: () => true },
)
