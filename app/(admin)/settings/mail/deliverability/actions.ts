'use server'

import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { activateDkim, createDkimKeys, deactivateDkim, deleteDkimKeys } from '@/domain/deliverability/dkim'

const DkimChange = z.object({
  domain: z.string(),
  what: z.enum(['create', 'activate', 'deactivate', 'delete']),
})

/** What an administrator does with the signing keys of a domain. */
export const dkimAction = viewerAction(DkimChange, async (viewer, { domain, what }) => {
  const keys = await changes[what](viewer, domain)
  const t = await getTranslations('deliverability.keys.done')
  return { message: t(what, { domain, count: keys?.length ?? 0 }) }
})

const changes = {
  create: createDkimKeys,
  activate: (viewer, domain) => activateDkim(viewer, domain),
  deactivate: deactivateDkim,
  delete: deleteDkimKeys,
} satisfies Record<
  z.infer<typeof DkimChange>['what'],
  (...given: Parameters<typeof createDkimKeys>) => Promise<unknown[] | void>
>
