import { ArrowDown, ArrowUp } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import { SubmitButton } from '@/components/button'
import { ConfirmButton } from '@/components/confirm-button'
import { Form } from '@/components/form'
import { Notice } from '@/components/notice'
import { Table, Td, Th, Tr } from '@/components/table'
import { TextLink } from '@/components/text-link'
import type { ListedServer } from '@/domain/mail-server/servers'
import type { TestOfVersion } from '@/domain/outbox/test-mail'
import { serverTrouble } from '../../server-trouble'
import { reportAddress } from './report-address'
import { changeServersAction } from './server-actions'
import { ServerBadges, sends, troubleTones } from './server-badges'
import { shownName } from './shown-name'

type Props = {
  servers: ListedServer[]
  /** The last tests of their versions, newest first */
  tests: TestOfVersion[]
  /** Sending is paused altogether. */
  paused: boolean
  /** Others take the mail while none of these does. */
  fallsBack: boolean
}

/** The mail servers in their order, each with the buttons that change it. */
export async function ServerList({ servers, tests, paused, fallsBack }: Props) {
  const t = await getTranslations('mailSettings.servers')
  const label = await getTranslations('mailSettings')
  const noneSends = !servers.some(({ role }) => role === 'primary')
  const shown = await Promise.all(servers.map(async server => ({ server, name: await shownName(server) })))
  const ranked = servers.filter(({ role }) => sends(role)).map(({ id }) => id)
  const noneTakesMail = !servers.some(({ role, state }) => sends(role) && state === 'sending')
  return (
    <Form action={changeServersAction} keepWhenDone aria-label={t('title')}>
      {noneSends && <Notice tone="warning">{t('noneSends')}</Notice>}
      {servers.map(server => (
        <Trouble
          key={server.id}
          server={server}
          then={!noneTakesMail ? 'others' : fallsBack ? 'fallsBack' : 'alone'}
        />
      ))}
      <Table
        label={t('title')}
        head={
          <>
            <Th>{label('name')}</Th>
            <Th>{t('state')}</Th>
            <Th>
              <span className="sr-only">{t('actions')}</span>
            </Th>
          </>
        }
      >
        {shown.map(({ server, name }) => {
          const { id, enabled, role, version, state, declared } = server
          const mayMove = (neighbour: number) =>
            !declared && servers.find(other => other.id === ranked[neighbour])?.declared === false
          const rank = ranked.indexOf(id)
          return (
            <Tr key={id}>
              <Td className="min-w-40">
                <span className="min-w-0 wrap-anywhere">
                  <TextLink href={`/settings/mail/${id}`}>{name}</TextLink>
                  <span className="block font-normal text-muted text-xs">
                    {version.settings.host}:{version.settings.port}
                  </span>
                </span>
              </Td>
              <Td label={t('state')}>
                <span className="space-y-1">
                  <ServerBadges server={server} paused={paused} />
                  <span className="block text-muted text-xs">
                    <LastTest
                      version={version}
                      test={tests.find(test => test.versionId === version.versionId)}
                    />
                  </span>
                </span>
              </Td>
              <Td className="max-md:pt-2">
                <div className="-ml-2 flex flex-wrap items-center gap-1 md:ml-0 md:justify-end lg:flex-nowrap [&_button]:px-2">
                  {ranked.length > 1 && rank >= 0 && !declared && (
                    <>
                      <SubmitButton
                        name="change"
                        value={`up ${id}`}
                        variant="quiet"
                        aria-label={t('up', { name })}
                        disabled={!mayMove(rank - 1)}
                      >
                        <ArrowUp aria-hidden className="size-4" />
                      </SubmitButton>
                      <SubmitButton
                        name="change"
                        value={`down ${id}`}
                        variant="quiet"
                        aria-label={t('down', { name })}
                        disabled={!mayMove(rank + 1)}
                      >
                        <ArrowDown aria-hidden className="size-4" />
                      </SubmitButton>
                    </>
                  )}
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
                  {role !== 'evaluation' && !declared && (
                    <SubmitButton
                      name="change"
                      value={`${enabled ? 'disable' : 'enable'} ${id}`}
                      variant="quiet"
                    >
                      {enabled ? t('disable') : t('enable')}
                      <span className="sr-only"> {name}</span>
                    </SubmitButton>
                  )}
                  {!declared && (
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
                  )}
                </div>
              </Td>
            </Tr>
          )
        })}
      </Table>
    </Form>
  )
}

/** What keeps a server that should send from it, and the button that ends it. */
async function Trouble({ server, then }: { server: ListedServer; then: 'others' | 'fallsBack' | 'alone' }) {
  const { id, name, role, state } = server
  if (!sends(role) || state === 'sending') return null
  const t = await getTranslations('mailSettings.servers')
  return (
    <Notice tone={troubleTones[state]} title={t(`trouble.${state}`, { name })}>
      <p>{await serverTrouble(server)}</p>
      <p>{t(`troubleText.${then}`)}</p>
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

/** How the last test went, with the way to its report; one that did not go well stands out. */
async function LastTest({ version, test }: { version: ListedServer['version']; test?: TestOfVersion }) {
  const t = await getTranslations('mailSettings')
  const known = version.test?.result
  if (!test && !known) return t('servers.neverTested')
  const result = test?.result ?? (known === 'accepted' || known === 'uncertain' ? known : 'failed')
  const words = t(`history.tests.${result}`)
  const told = test ? <TextLink href={reportAddress(version, test.mailId)}>{words}</TextLink> : words
  return result === 'failed' || result === 'uncertain' ? <span className="text-danger">{told}</span> : told
}
