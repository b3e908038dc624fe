import { TextLink } from '@/components/text-link'
import { TimelineEntry } from '@/components/timeline'
import { waitOf } from '@/domain/mail-log/wait'
import type { Viewer } from '@/domain/viewer'
import type { OutboundMail } from '@/generated/prisma/client'
import { serverTrouble } from '../../server-trouble'
import { waitInWords } from '../wait-words'

/** What a mail waits for now, and what keeps it. */
export async function MailWait({ viewer, mail }: { viewer: Viewer; mail: OutboundMail }) {
  const wait = await waitOf(viewer, mail)
  return (
    <TimelineEntry
      tone={wait.what === 'retry' || wait.what === 'turn' ? 'pending' : 'warning'}
      data-wait={wait.what}
      title={await waitInWords(wait, mail)}
    >
      {wait.what === 'servers' &&
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
