import { getLocale, getTranslations } from 'next-intl/server'
import { Fragment } from 'react'
import { classNames } from '@/components/class-names'
import { RelativeTime } from '@/components/relative-time'
import { Table, Td, Th, Tr } from '@/components/table'
import { TextLink } from '@/components/text-link'
import type { SubjectPage } from '@/domain/accounts/audit-subjects'
import { readActor } from '@/domain/audit/audit'
import type { AuditEvent } from '@/generated/prisma/client'
import { auditAddress } from './audit-address'
import { auditChanges } from './audit-changes'

/** Two names and an address stand beside each other in a window of 1,280 pixels. */
const clip = 'wide:max-w-52!'

type Props = { events: AuditEvent[]; pages: Map<string, SubjectPage> }

const paths: Record<SubjectPage['of'], string> = {
  user: '/users',
  mail: '/outbox',
  'mail-server': '/settings/mail',
  alarm: '/alarms',
  'alarm-rule': '/rules',
  tenant: '/tenants',
}

export async function AuditTable({ events, pages }: Props) {
  const t = await getTranslations('audit')
  const locale = await getLocale()
  const now = new Date()
  return (
    <Table
      label={t('title')}
      head={
        <>
          <Th>{t('action')}</Th>
          <Th>{t('actor')}</Th>
          <Th>{t('subject')}</Th>
          <Th>{t('origin')}</Th>
          <Th>{t('at')}</Th>
        </>
      }
    >
      {events.map(async event => {
        const { id, action, actor, subject, subjectId, address, device, count } = event
        const page = subjectId ? pages.get(subjectId) : undefined
        const thing = subjectName(t, event)
        const changes = await auditChanges(event)
        return (
          <Fragment key={id}>
            {/* An event has no page of its own: what does not fit on two lines of a phone takes a third. */}
            <Tr data-action={action} className="max-md:max-h-none!">
              <Td className="wide:whitespace-nowrap">
                {t.has(`actions.${action}`) ? t(`actions.${action}`) : action}
                {count > 1 && <span className="ml-2 text-muted">{t('times', { count })}</span>}
              </Td>
              <Td label={t('actor')} clip title={actor ?? undefined} className={clip}>
                {actor ? (
                  <TextLink href={auditAddress({ search: actor })}>{actorName(t, actor)}</TextLink>
                ) : (
                  t('nobody')
                )}
              </Td>
              <Td
                label={t('subject')}
                clip
                title={subject ?? undefined}
                className={classNames(clip, actor === subject && 'max-wide:hidden')}
              >
                {page ? <TextLink href={`${paths[page.of]}/${page.id}`}>{thing}</TextLink> : thing}
              </Td>
              <Td label={t('origin')} clip title={address ?? undefined} className="wide:max-w-36!">
                {address}
                {device && <span className="text-muted wide:block wide:text-xs max-wide:ml-2">{device}</span>}
              </Td>
              <Td label={t('at')}>
                <RelativeTime date={event.at} now={now} locale={locale} />
              </Td>
            </Tr>
            {changes && (
              <Tr className="wide:h-auto! border-t-0 hover:bg-transparent! max-md:max-h-none! max-wide:pt-0">
                <Td label={t('changes')} colSpan={5} className="wide:pt-0! wide:pb-2! text-muted text-xs">
                  {changes}
                </Td>
              </Tr>
            )}
          </Fragment>
        )
      })}
    </Table>
  )
}

/** Who it was, and as whom if they were signed in as somebody else. */
function actorName(t: Awaited<ReturnType<typeof getTranslations<'audit'>>>, actor: string): string {
  const { by, as } = readActor(actor)
  return as === null ? by : t('actedAs', { by, as })
}

/** What the domain calls by a name of its own is told in words. */
function subjectName(
  t: Awaited<ReturnType<typeof getTranslations<'audit'>>>,
  { subject, subjectType }: AuditEvent,
): string {
  const key = `installation.${subject?.toLowerCase()}`
  if (subjectType === 'installation') return t.has(key) ? t(key) : (subject ?? '')
  return subject ?? ''
}
