'use client'

import { useTranslations } from 'next-intl'
import { useId } from 'react'
import { Badge } from '@/components/badge'
import { LinkButton } from '@/components/button'
import { Notice } from '@/components/notice'
import type { Found, Proposal } from '@/domain/mail-server/find-settings'
import { presetOf } from '@/domain/mail-server/presets'

type Props = {
  found: Found
  /** The address as it was typed, perhaps with a name. */
  typed: string
}

/** What was found, each with the way to a form that holds it. */
export function FoundSettings({ found, typed }: Props) {
  const t = useTranslations('findSettings')
  const { proposals, notes, address } = found
  const domain = address.slice(address.lastIndexOf('@') + 1)
  const answering = proposals.filter(({ answered }) => answered)
  return (
    <>
      <Notice tone={answering.length > 0 ? 'success' : 'warning'} role="status">
        {t(outcomeOf(found), { count: answering.length || proposals.length, domain })}
      </Notice>
      {notes.length > 0 && (
        <Notice>
          {notes.map(note => (
            <p key={note}>{t(`notes.${note}`, { domain })}</p>
          ))}
        </Notice>
      )}
      {proposals.length > 0 && (
        <ul className="divide-y divide-line">
          {proposals.map(proposal => (
            <FoundServer
              key={`${proposal.host} ${proposal.port} ${proposal.encryption}`}
              proposal={proposal}
              from={t(`sources.${proposal.source}`, {
                domain,
                provider: proposal.provider === 'custom' ? domain : presetOf(proposal.provider).name,
              })}
              href={`/settings/mail/new?${new URLSearchParams({ ...fieldsOf(proposal), mailFrom: typed })}`}
            />
          ))}
        </ul>
      )}
    </>
  )
}

/** What was found is not yet what answers. */
function outcomeOf({ proposals }: Found): 'found' | 'known' | 'silent' | 'nothing' {
  if (proposals.some(({ answered }) => answered)) return 'found'
  if (proposals.some(({ answered }) => answered === null)) return 'known'
  return proposals.length > 0 ? 'silent' : 'nothing'
}

function FoundServer({
  proposal: { source, host, port, encryption, answered, certificate },
  from,
  href,
}: {
  proposal: Proposal
  from: string
  href: string
}) {
  const t = useTranslations('findSettings')
  const settings = useTranslations('mailSettings')
  const id = useId()
  const answer = answered === null ? 'unasked' : answered ? 'yes' : 'no'
  return (
    <li
      className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0"
      data-source={source}
      data-answered={answer}
    >
      <div id={id} className="min-w-0 flex-1 basis-64 space-y-0.5 text-sm">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium wrap-anywhere">
            {host}:{port}
          </span>
          <span>{settings(`encryptions.${encryption}`)}</span>
          <Badge tone={answer === 'yes' ? (certificate ? 'warning' : 'success') : 'neutral'}>
            {t(`answers.${answer}`)}
          </Badge>
        </p>
        <p className="text-muted wrap-anywhere">{from}</p>
        {certificate && (
          <p className="text-warning wrap-anywhere">
            {t(`certificates.${certificate.cause}`, { names: certificate.names })}
          </p>
        )}
      </div>
      <LinkButton href={href} aria-describedby={id}>
        {t('use')}
      </LinkButton>
    </li>
  )
}

const fieldsOf = ({ provider, host, port, encryption, username }: Proposal) => ({
  provider,
  host,
  port: String(port),
  encryption,
  username,
})
