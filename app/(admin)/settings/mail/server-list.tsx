import { ArrowDown, ArrowUp } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import { Badge } from '@/components/badge'
import { SubmitButton } from '@/components/button'
import { ConfirmButton } from '@/components/confirm-button'
import { Form } from '@/components/form'
import { Notice } from '@/components/notice'
import { Table, Td, Th, Tr } from '@/components/table'
import { TextLink } from '@/components/text-link'
import type { ListedServer } from '@/domain/mail-server/servers'
import { serverTrouble } from '../../server-trouble'
import { changeServersAction } from './server-actions'

const tones = {
  primary: 'success',
  standby: 'info',
  disabled: 'neutral',
  unsaved: 'warning',
  evaluation: 'neutral',
} as const
const troubleTones = { paused: 'warning', broken: 'danger' } as const

/** The mail servers in their order, each with the buttons that change it. */
export async function ServerList({ servers, current }: { servers: ListedServer[]; current?: string }) {
  const t = await getTranslations('mailSettings.servers')
  const label = await getTranslations('mailSettings')
  const noneSends = !servers.some(({ role }) => role === 'primary')
  const noneTakesMail = !servers.some(({ role, state }) => sends(role) && state === 'sending')
  return (
    <Form action={changeServersAction} keepWhenDone aria-label={t('title')}>
      {noneSends && <Notice tone="warning">{t('noneSends')}</Notice>}
      {servers.map(server => (
        <Trouble key={server.id} server={server} alone={noneTakesMail} />
      ))}
      <Table
        label={t('title')}
        head={
          <>
            <Th>{label('name')}</Th>
            <Th>{label('host')}</Th>
            <Th>{t('state')}</Th>
            <Th>{t('tested')}</Th>
            <Th>
              <span className="sr-only">{t('actions')}</span>
            </Th>
          </>
        }
      >
        {servers.map(({ id, name, enabled, role, version, state }, index) => (
          <Tr key={id} aria-current={id === current ? 'true' : undefined}>
            <Td clip>
              {id === current && servers.length > 1 ? (
                <span className="font-medium">{name}</span>
              ) : (
                <TextLink href={`/settings/mail?server=${id}`}>{name}</TextLink>
              )}
            </Td>
            <Td label={label('host')} clip>
              {version.settings.host}:{version.settings.port}
            </Td>
            <Td label={t('state')}>
              <span className="flex flex-wrap gap-1">
                <Badge tone={tones[role]}>{t(`roles.${role}`)}</Badge>
                {sends(role) && state !== 'sending' && (
                  <Badge tone={troubleTones[state]}>{t(`states.${state}`)}</Badge>
                )}
                {version.settings.credentialsInClear && <Badge tone="danger">{t('inClear')}</Badge>}
              </span>
            </Td>
            <Td label={t('tested')}>
              <LastTest version={version} />
            </Td>
            <Td className="max-md:pt-2">
              <div className="flex flex-wrap items-center gap-1 md:flex-nowrap md:justify-end">
                <SubmitButton
                  name="change"
                  value={`up ${id}`}
                  variant="quiet"
                  aria-label={t('up', { name })}
                  disabled={index === 0 || role === 'evaluation'}
                >
                  <ArrowUp aria-hidden className="size-4" />
                </SubmitButton>
                <SubmitButton
                  name="change"
                  value={`down ${id}`}
                  variant="quiet"
                  aria-label={t('down', { name })}
                  disabled={index === servers.length - 1 || role === 'evaluation'}
                >
                  <ArrowDown aria-hidden className="size-4" />
                </SubmitButton>
                {sends(role) && (
                  <SubmitButton
                    name="change"
                    value={`${state === 'paused' ? 'resume' : 'pause'} ${id}`}
                    variant="quiet"
                  >
                    {t(state === 'paused' ? 'resume' : 'pause')}
                    <span className="sr-only"> {name}</span>
                  </SubmitButton>
                )}
                {role !== 'unsaved' && role !== 'evaluation' && (
                  <SubmitButton
                    name="change"
                    value={`${enabled ? 'disable' : 'enable'} ${id}`}
                    variant="quiet"
                  >
                    {enabled ? t('disable') : t('enable')}
                    <span className="sr-only"> {name}</span>
                  </SubmitButton>
                )}
                <ConfirmButton
                  name="change"
                  value={`delete ${id}`}
                  variant="quiet"
                  title={t('deleteTitle', { name })}
                  question={t('deleteText')}
                  confirmLabel={t('delete')}
                >
                  {t('delete')}
                  <span className="sr-only"> {name}</span>
                </ConfirmButton>
              </div>
            </Td>
          </Tr>
        ))}
      </Table>
    </Form>
  )
}

const sends = (role: ListedServer['role']) => role === 'primary' || role === 'standby'

/** What keeps a server that should send from it, and the button that ends it. */
async function Trouble({ server, alone }: { server: ListedServer; alone: boolean }) {
  const { id, name, role, state } = server
  if (!sends(role) || state === 'sending') return null
  const t = await getTranslations('mailSettings.servers')
  return (
    <Notice tone={troubleTones[state]} title={t(`trouble.${state}`, { name })}>
      <p>{await serverTrouble(server)}</p>
      <p>{t(alone ? 'troubleText.alone' : 'troubleText.others')}</p>
      <SubmitButton
        name="change"
        value={`${state === 'paused' ? 'resume' : 'try'} ${id}`}
        variant="secondary"
      >
        {t(state === 'paused' ? 'resume' : 'try')}
        <span className="sr-only"> {name}</span>
      </SubmitButton>
    </Notice>
  )
}

/** How the last test went; one that failed stands out. */
async function LastTest({ version: { test } }: { version: ListedServer['version'] }) {
  const t = await getTranslations('mailSettings.servers.tests')
  if (!test) return t('none')
  if (test.result === 'accepted') return t('accepted')
  return <Badge tone={test.result === 'uncertain' ? 'warning' : 'danger'}>{t(test.result)}</Badge>
}
