import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { LinkButton } from '@/components/button'
import { PageHeader } from '@/components/page-header'
import { oauthRedirectUri } from '@/domain/mail-server/account-connection'
import { presetOf } from '@/domain/mail-server/presets'
import { mayStandBy } from '@/domain/mail-server/saving'
import { scopeOf } from '@/domain/mail-server/scope'
import { found } from '../../../found'
import { one, type SearchParams } from '../../../list-address'
import { settingsInAddress } from '../find-settings-address'
import { MailServerForm } from '../mail-server-form'
import { ProviderPicker } from '../provider-picker'
import { TestIntroduction } from '../test-introduction'

type Props = { searchParams: SearchParams }

/** Null while nobody has said which provider. */
const providerIn = (query: Awaited<SearchParams>) =>
  one(query.provider) || one(query.host) ? presetOf(one(query.provider) ?? '') : null

async function titleOf(query: Awaited<SearchParams>): Promise<string> {
  const t = await getTranslations('mailSettings.picker')
  const provider = providerIn(query)
  if (!provider) return t('pageTitle')
  return provider.id === 'custom' ? t('connectOther') : t('connect', { provider: provider.name })
}

export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
  return { title: await titleOf(await searchParams) }
}

/** One more server: which provider, then its few facts. */
export default async function NewMailServerPage({ searchParams }: Props) {
  const viewer = await requireViewer()
  await found(scopeOf(viewer))
  const query = await searchParams
  const provider = providerIn(query)
  const t = await getTranslations('mailSettings')
  return (
    <>
      <PageHeader
        title={await titleOf(query)}
        back={{ href: '/settings/mail', label: t('title') }}
        action={provider && <LinkButton href="/settings/mail/new">{t('picker.another')}</LinkButton>}
      />
      {provider ? (
        <MailServerForm
          key={provider.id}
          server={null}
          initial={settingsInAddress(query)}
          testRecipient={viewer.email}
          leaveWhenSaved
          redirectUri={oauthRedirectUri()}
          unfolded={provider.id === 'custom'}
          standby={await mayStandBy(viewer, null, null)}
          shown={null}
        >
          <TestIntroduction />
        </MailServerForm>
      ) : (
        <ProviderPicker />
      )}
    </>
  )
}
