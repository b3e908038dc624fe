'use server'

import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import {
  deleteMailServer,
  moveMailServer,
  setMailServerEnabled,
  setMailServerPaused,
  setServerLimits,
} from '@/domain/mail-server/servers'
import { setTenantSender } from '@/domain/mail-server/tenant-policy'
import { enableMailServer, restoreVersion, resumeMailServer, tryMailServerNow } from '@/domain/outbox/go-live'
import type { Viewer } from '@/domain/viewer'
import { transaction } from '@/lib/db'
import { enabledWords } from './saved-words'

/** Which button of the list was pressed: what, and for which server. */
const ServerChange = z.object({
  change: z
    .string()
    .transform(value => value.split(' '))
    .pipe(
      z.tuple([z.enum(['up', 'down', 'enable', 'disable', 'pause', 'resume', 'try', 'delete']), z.uuid()]),
    ),
})

/** Reorders, switches, pauses and deletes mail servers. */
export const changeServersAction = viewerAction(
  ServerChange,
  async (viewer, { change: [what, id] }) => {
    await changes[what](viewer, id)
    if (what === 'delete') redirect('/settings/mail?notice=deleted')
    // What came of it is not always what the button says: the first server in the list takes all mail.
    if (what !== 'enable') return { message: (await getTranslations('mailSettings.servers.done'))(what) }
    return { message: await enabledWords(viewer, id) }
  },
  { confirm: ({ change: [what] }) => what === 'delete' },
)

/** Puts an earlier version in force again. */
export const restoreAction = viewerAction(
  z.object({ versionId: z.uuid() }),
  async (viewer, { versionId }) => {
    const { mailServerId } = await restoreVersion(viewer, versionId)
    redirect(`/settings/mail/${mailServerId}?notice=restored`)
  },
  { confirm: () => true },
)

const limit = z
  .string()
  .trim()
  .regex(/^([1-9]\d{0,8})?$/, 'limit')
  .transform(typed => (typed === '' ? null : Number(typed)))

const ServerLimits = z.object({
  serverId: z.guid(),
  maxConnections: z
    .string()
    .trim()
    .regex(/^([1-9]\d?|100)$/, 'limit-connections')
    .transform(Number),
  maxPerSecond: limit,
  maxPerMinute: limit,
  maxPerDay: limit,
})

/** Says how much a mail server may be asked to do. */
export const limitsAction = viewerAction(ServerLimits, async (viewer, { serverId, ...limits }) => {
  await setServerLimits(viewer, serverId, limits)
  return { message: (await getTranslations('mailSettings.limits'))('done') }
})

/** Chooses whom a tenant's mails come from on the installation's servers. */
export const tenantSenderAction = viewerAction(
  z.object({ mailFrom: z.string().max(500) }),
  async (viewer, { mailFrom }) => {
    await setTenantSender(viewer, mailFrom)
    return { message: (await getTranslations('mailSettings.tenant'))('senderSaved') }
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
  pause: (viewer, id) => transaction(tx => setMailServerPaused(tx, viewer, id, true)),
  resume: resumeMailServer,
  try: tryMailServerNow,
  delete: (viewer, id) => transaction(tx => deleteMailServer(tx, viewer, id)),
}
