import { getTranslations } from 'next-intl/server'
import { TextLink } from '@/components/text-link'
import { TimelineEntry } from '@/components/timeline'
import { waitOf } from '@/domain/outbox/wait'
import type { Viewer } from '@/domain/viewer'
import type { OutboundMail } from '@/generated/prisma/client'
import { serverTrouble } from '../../server-trouble'
import { waitInWords } from '../wait-words'

/** What a mail waits for now, and what keeps it. */
export async function MailWait({ viewer, mail }: { viewer: Viewer; mail: OutboundMail }) {
  const wait = await waitOf(viewer, mail)
  const t = await getTranslations('outbox.waits')
  const servers = wait.what === 'servers' ? wait.servers : []
  return (
    <TimelineEntry
      tone={wait.what === 'retry' || wait.what === 'turn' ? 'pending' : 'warning'}
      data-wait={wait.what}
      title={await waitInWords(wait, mail)}
    >
      {servers.length > 0 || mail.state === 'uncertain' ? (
        <>
          {servers.map(async server => (
            <p key={server.id}>
              <TextLink href={`/settings/mail?server=${server.id}`}>{server.name}</TextLink>
              {': '}
              {await serverTrouble(server)}
            </p>
          ))}
          {mail.state === 'uncertain' && <p>{t('uncertain')}</p>}
        </>
      ) : null}
    </TimelineEntry>
  )
}
