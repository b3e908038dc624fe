import { getTranslations } from 'next-intl/server'
import { listMailServers } from '@/domain/mail-server/servers'
import type { Viewer } from '@/domain/viewer'
import { shownName } from './shown-name'

/** That a server is saved, and whether mail goes through it now. */
export const savedWords = (viewer: Viewer, id: string) => wordsOf(viewer, id, 'saved')

/** That a server is switched on, and whether mail goes through it now. */
export const enabledWords = (viewer: Viewer, id: string) => wordsOf(viewer, id, 'enabled')

async function wordsOf(viewer: Viewer, id: string, done: 'saved' | 'enabled'): Promise<string | undefined> {
  const server = (await listMailServers(viewer)).find(each => each.id === id)
  if (!server || server.role === 'unsaved') return undefined
  const t = await getTranslations('mailSettings')
  // Whatever its place, the inbox delivers to nobody.
  const place = server.builtin && server.role !== 'evaluation' ? 'inbox' : server.role
  return `${t(`${done}.done`)} ${t(`place.${place}`, { name: await shownName(server) })}`
}
