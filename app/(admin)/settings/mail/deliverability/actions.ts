'use server'

import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { activateDkim, createDkimKeys, deactivateDkim, deleteDkimKeys } from '@/domain/deliverability/dkim'
import type { Viewer } from '@/domain/viewer'

const DkimChange = z.object({
  domain: z.string(),
  what: z.enum(['create', 'activate', 'deactivate', 'delete']),
})

/** What an administrator does with the signing keys of a domain. */
export const dkimAction = viewerAction(
  DkimChange,
  async (viewer, { domain, what }) => {
    const count = await changes[what](viewer, domain)
    const t = await getTranslations('deliverability.keys.done')
    return { message: t(what, { domain, count }) }
  },
  { confirm: ({ what }) => what === 'delete' },
)

/** Each tells how many keys it leaves to sign with. */
const changes: Record<
  z.infer<typeof DkimChange>['what'],
  (viewer: Viewer, domain: string) => Promise<number>
> = {
  create: async (viewer, domain) => {
    await createDkimKeys(viewer, domain)
    return 0
  },
  activate: async (viewer, domain) => (await activateDkim(viewer, domain)).length,
  deactivate: async (viewer, domain) => {
    await deactivateDkim(viewer, domain)
    return 0
  },
  delete: async (viewer, domain) => {
    await deleteDkimKeys(viewer, domain)
    return 0
  },
}
