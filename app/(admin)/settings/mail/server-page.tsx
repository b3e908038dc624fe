import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { requireViewer } from '@/app/auth'
import { PageHeader } from '@/components/page-header'
import { Tabs } from '@/components/tabs'
import { type ListedServer, listMailServers } from '@/domain/mail-server/servers'
import type { Viewer } from '@/domain/viewer'
import { found, idIn } from '../../found'
import { ServerBadges } from './server-badges'
import { shownName } from './shown-name'

type Params = Promise<{ id: string }>

/** The server of an address, and who looks at it. What is not there, or not for the viewer, is the page "not found". */
export async function serverIn(params: Params): Promise<{ viewer: Viewer; server: ListedServer }> {
  const viewer = await requireViewer()
  const id = await idIn(params)
  const servers = await found(listMailServers(viewer))
  return { viewer, server: servers.find(each => each.id === id) ?? notFound() }
}

/** Its name, for the title of each of its pages. */
export const serverTitle = async (params: Params, tab?: 'limits' | 'history'): Promise<string> => {
  const { server } = await serverIn(params)
  const name = await shownName(server)
  return tab ? `${(await getTranslations('mailSettings'))(`tabs.${tab}`)} · ${name}` : name
}

type Props = { server: ListedServer; tab: 'settings' | 'limits' | 'history'; children: ReactNode }

/** What the pages of one server share: its name, its state, and the way to the others. */
export async function ServerPage({ server, tab, children }: Props) {
  const t = await getTranslations('mailSettings')
  const { id, role } = server
  const at = `/settings/mail/${id}`
  return (
    <>
      <PageHeader
        title={await shownName(server)}
        badge={<ServerBadges server={server} />}
        back={{ href: '/settings/mail', label: t('title') }}
      />
      {role !== 'unsaved' && (
        <Tabs
          label={t('tabs.label')}
          current={tab}
          tabs={[
            { id: 'settings', href: at, label: t('tabs.settings') },
            { id: 'limits', href: `${at}/limits`, label: t('tabs.limits') },
            { id: 'history', href: `${at}/history`, label: t('tabs.history') },
          ]}
        />
      )}
      {children}
    </>
  )
}
