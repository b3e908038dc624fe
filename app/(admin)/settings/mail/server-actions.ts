'use server'

import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { deleteMailServer, moveMailServer, setMailServerEnabled } from '@/domain/mail-server/servers'
import { enableMailServer, restoreVersion } from '@/domain/outbox/go-live'
import type { Viewer } from '@/domain/viewer'
import { transaction } from '@/lib/db'

/** Which button of the list was pressed: what, and for which server. */
const ServerChange = z.object({
  change: z
    .string()
    .transform(value => value.split(' '))
    .pipe(z.tuple([z.enum(['up', 'down', 'enable', 'disable', 'delete']), z.uuid()])),
})

/** Reorders, switches and deletes mail servers. */
export const changeServersAction = viewerAction(ServerChange, async (viewer, { change: [what, id] }) => {
  await changes[what](viewer, id)
  if (what === 'delete') redirect('/settings/mail?notice=deleted')
  return { message: (await getTranslations('mailSettings.servers.done'))(what) }
})

/** Puts an earlier version in force again. */
export const restoreAction = viewerAction(
  z.object({ versionId: z.uuid() }),
  async (viewer, { versionId }) => {
    const { mailServerId } = await restoreVersion(viewer, versionId)
    redirect(`/settings/mail?server=${mailServerId}&notice=saved`)
  },
)

const changes: Record<
  z.output<typeof ServerChange>['change'][0],
  (viewer: Viewer, id: string) => Promise<void>
> = {
  up: (viewer, id) => transaction(tx => moveMailServer(tx, viewer, id, 'up')),
  down: (viewer, id) => transaction(tx => moveMailServer(tx, viewer, id, 'down')),
  enable: enableMailServer,
  disable: (viewer, id) => transaction(tx => setMailServerEnabled(tx, viewer, id, false)),
  delete: (viewer, id) => transaction(tx => deleteMailServer(tx, viewer, id)),
}
