import { getTranslations } from 'next-intl/server'
import { Notice } from '@/components/notice'
import { workerAlive } from '@/domain/outbox/worker'
import type { OutboundMail } from '@/generated/prisma/client'
import { causeInWords } from '../../outbox/cause'

type Props = { invitation?: OutboundMail; manageable: boolean }

/** Why somebody who was added has not got their activation mail, and what helps; nothing when it went. */
export async function NotActivated({ invitation, manageable }: Props) {
  const t = await getTranslations('users.notActivated')
  const state = invitation?.state ?? 'none'
  const idle = state === 'queued' && !(await workerAlive())
  if (state === 'sent' || state === 'sending' || (state === 'queued' && !idle)) return null
  const cause = await causeInWords(idle ? 'no-worker' : invitation?.cause)
  return (
    <Notice tone={state === 'none' ? 'info' : 'warning'}>
      <p>{t(state, { cause: cause ?? 'none' })}</p>
      {manageable && <p>{t('help')}</p>}
    </Notice>
  )
}
