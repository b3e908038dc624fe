import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { LinkButton, SubmitButton } from '@/components/button'
import { Form } from '@/components/form'
import { Notice } from '@/components/notice'
import { PageHeader } from '@/components/page-header'
import { Section } from '@/components/section'
import { scopeOf } from '@/domain/mail-server/scope'
import { found } from '../../../found'
import { one, type SearchParams } from '../../../list-address'
import { finishConnectionAction } from './actions'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('mailSettings.consent'))('title') }
}

/** Where the provider sends the browser back to. Opening it changes nothing: a person presses the button. */
export default async function OAuthPage({ searchParams }: { searchParams: SearchParams }) {
  const viewer = await requireViewer()
  await found(scopeOf(viewer))
  const t = await getTranslations('mailSettings.consent')
  const query = await searchParams
  const [code, state, error] = [one(query.code), one(query.state), one(query.error)]
  const words = [error, one(query.error_description)].filter(Boolean).join(': ').slice(0, 500)
  return (
    <>
      <PageHeader title={t('title')} back={{ href: '/settings/mail', label: t('back') }} />
      <div className="max-w-form">
        {code && state && !error ? (
          <Section title={t('finishTitle')} description={t('finishText')}>
            <Form action={finishConnectionAction}>
              <input type="hidden" name="code" value={code} />
              <input type="hidden" name="state" value={state} />
              <SubmitButton>{t('finish')}</SubmitButton>
            </Form>
          </Section>
        ) : (
          <div className="space-y-5">
            <Notice tone="danger" role="alert" title={t('refused')}>
              {words || t('nothingCame')}
            </Notice>
            <LinkButton href="/settings/mail">{t('back')}</LinkButton>
          </div>
        )}
      </div>
    </>
  )
}
