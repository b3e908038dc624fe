'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useId, useState } from 'react'
import { Badge } from '@/components/badge'
import { Button, buttonClasses } from '@/components/button'
import { Notice } from '@/components/notice'
import type { Found, Proposal } from '@/domain/mail-server/find-settings'
import { fill } from './fill'
import { mailServerFormId } from './mail-server-form'

type Props = {
  found: Found
  /** The address as it was typed, perhaps with a name. */
  typed: string
  server: string
  providers: Record<string, string>
}

/** What was found, with a button for each that brings it into the form; without JavaScript, a link. */
export function FoundSettings({ found, typed, server, providers }: Props) {
  const t = useTranslations('findSettings')
  const [used, setUsed] = useState<string>()
  // Another search: what was used before is told no more.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each outcome
  useEffect(() => setUsed(undefined), [found])
  const { proposals, notes, address } = found
  const domain = address.slice(address.lastIndexOf('@') + 1)
  const use = (proposal: Proposal) => {
    bringIntoForm(fieldsOf(proposal), typed)
    setUsed(`${proposal.host}:${proposal.port}`)
  }
  return (
    <>
      <Notice tone={used || proposals.some(({ answered }) => answered) ? 'success' : 'warning'} role="status">
        {used
          ? t('used', { server: used })
          : t(proposals.length > 0 ? 'found' : 'nothing', { count: proposals.length, domain })}
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
                provider: proposal.provider === 'custom' ? domain : (providers[proposal.provider] ?? domain),
              })}
              href={`/settings/mail?${new URLSearchParams({ server, ...fieldsOf(proposal), mailFrom: typed })}`}
              use={() => use(proposal)}
            />
          ))}
        </ul>
      )}
    </>
  )
}

function FoundServer({
  proposal: { source, host, port, encryption, answered, certificate },
  from,
  href,
  use,
}: {
  proposal: Proposal
  from: string
  href: string
  use: () => void
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
      <Button aria-describedby={id} onClick={use} className="noscript:hidden">
        {t('use')}
      </Button>
      <noscript>
        <a href={href} aria-describedby={id} className={buttonClasses()}>
          {t('use')}
        </a>
      </noscript>
    </li>
  )
}

const fieldsOf = ({ provider, host, port, encryption, username }: Proposal) => ({
  // First, because a preset fills in what it knows.
  provider,
  host,
  port: String(port),
  encryption,
  username,
})

/** Fills the form, and moves the focus to what is still missing. */
function bringIntoForm(fields: Record<string, string>, typed: string) {
  const form = document.getElementById(mailServerFormId)
  if (!(form instanceof HTMLFormElement)) return
  const mailFrom = form.elements.namedItem('mailFrom')
  const sender = mailFrom instanceof HTMLInputElement && mailFrom.value.trim() === ''
  fill(form, { ...fields, authentication: 'password', ...(sender && { mailFrom: typed }) })
  const empty = [...form.elements].find(
    field => field instanceof HTMLInputElement && field.required && field.value.trim() === '',
  )
  const next = empty ?? form.elements.namedItem('password')
  if (next instanceof HTMLElement) next.focus()
}
