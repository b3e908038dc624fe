import { getTranslations } from 'next-intl/server'
import { TextLink } from '@/components/text-link'
import { TimelineEntry } from '@/components/timeline'
import { routeOfWaiting, waitOf } from '@/domain/mail-log/wait'
import type { Viewer } from '@/domain/viewer'
import type { OutboundMail } from '@/generated/prisma/client'
import { serverTrouble } from '../../server-trouble'
import { waitInWords } from '../wait-words'

/** What a mail waits for now, and what keeps it. */
export async function MailWait({ viewer, mail }: { viewer: Viewer; mail: OutboundMail }) {
  const [wait, route] = await Promise.all([waitOf(viewer, mail), routeOfWaiting(viewer, mail)])
  const t = await getTranslations('outbox.routes')
  return (
    <TimelineEntry
      tone={wait.what === 'retry' || wait.what === 'turn' ? 'pending' : 'warning'}
      data-wait={wait.what}
      title={await waitInWords(wait, mail)}
    >
      {route && <p>{t(route)}</p>}
      {(wait.what === 'servers' || wait.what === 'own-servers') &&
        wait.servers.map(async server => (
          <p key={server.id}>
            <TextLink href={`/settings/mail/${server.id}`}>{server.name}</TextLink>
            {': '}
            {await serverTrouble(server)}
          </p>
        ))}
    </TimelineEntry>
  )
}
