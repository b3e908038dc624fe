// Mail servers that are declared from outside: known by their name, before all others, in the order they are declared in.
import { installationItself, type Viewer } from '@/domain/viewer'
import { type Tx, transaction } from '@/lib/db'
import { takeTurns } from './candidate'
import type { TypedMailServer } from './form'
import { saveMailServer } from './saving'
import { ofInstallation } from './scope'
import { setMailServerEnabled } from './servers'

/**
 * Makes them those of the installation. One of the same name that was made by hand becomes the declared one; nothing
 * changes where nothing is different. Those that are declared no longer are switched off, and can be changed by hand.
 * @param by what declares them, as the audit names it @returns the names of those that are declared no longer
 */
export const declareMailServers = (by: string, servers: TypedMailServer[]): Promise<string[]> =>
  transaction(async tx => {
    const viewer = installationItself(by)
    await takeTurns(tx)
    const ids: string[] = []
    for (const server of servers) ids.push(await declare(tx, viewer, server))
    const gone = await tx.mailServer.findMany({ where: { declared: true, id: { notIn: ids } } })
    for (const { id } of gone) {
      await setMailServerEnabled(tx, viewer, id, false)
      await tx.mailServer.update({ where: { id }, data: { declared: false } })
    }
    await putFirst(tx, ids)
    return gone.map(({ name }) => name)
  })

async function declare(tx: Tx, viewer: Viewer, server: TypedMailServer): Promise<string> {
  const known = await tx.mailServer.findFirst({
    where: { ...ofInstallation, builtin: false, name: server.name },
    include: {
      versions: {
        where: { state: { not: 'retired' } },
        orderBy: [{ state: 'desc' }, { number: 'desc' }],
        take: 1,
      },
    },
    orderBy: { declared: 'desc' },
  })
  const base = known?.versions[0]
  const saved = await saveMailServer(
    tx,
    viewer,
    { ...server, baseVersionId: base?.id ?? null, newServer: !base },
    { untested: true },
  )
  await setMailServerEnabled(tx, viewer, saved.mailServerId, true)
  await tx.mailServer.update({ where: { id: saved.mailServerId }, data: { declared: true } })
  return saved.mailServerId
}

/** Gives them the first places, where they do not have them. */
async function putFirst(tx: Tx, ids: string[]): Promise<void> {
  const all = await tx.mailServer.findMany({ where: ofInstallation, orderBy: { position: 'asc' } })
  if (ids.every((id, index) => all[index]?.id === id)) return
  const order = [...ids, ...all.flatMap(({ id }) => (ids.includes(id) ? [] : id))]
  for (const [index, id] of order.entries())
    await tx.mailServer.update({ where: { id }, data: { position: index + 1 } })
}
