import { getTranslations } from 'next-intl/server'
import { inboxName } from '@/domain/mail-server/in-use'
import type { ListedServer } from '@/domain/mail-server/servers'

/** The name of a server; that which the installation itself has given to the built-in inbox, in the viewer's language. */
export async function shownName({ name, builtin }: Pick<ListedServer, 'name' | 'builtin'>): Promise<string> {
  if (!builtin || name !== inboxName) return name
  return (await getTranslations('mailSettings.servers'))('inboxName')
}
