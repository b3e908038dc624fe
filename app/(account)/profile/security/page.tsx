import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { requirePerson } from '@/app/auth'
import { PageHeader } from '@/components/page-header'
import { RelativeTime } from '@/components/relative-time'
import { ownFactors } from '@/domain/accounts/factor'
import { begunApp } from '@/domain/accounts/factor-change'
import { hasProved } from '@/domain/accounts/proof'
import { drawQr } from '@/lib/qr'
import { FactorForms } from './factor-forms'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('profile.security'))('title') }
}

/** The viewer's second factor. */
export default async function SecurityPage() {
  const viewer = await requirePerson()
  const t = await getTranslations('profile.security')
  const locale = await getLocale()
  const { factors, codesLeft } = await ownFactors(viewer)
  const begun = await begunApp(viewer)
  const now = new Date()
  const relative = (date: Date) => <RelativeTime date={date} now={now} locale={locale} />
  return (
    <div className="max-w-form">
      <PageHeader
        title={t('title')}
        description={t('lead')}
        back={{ href: '/profile', label: (await getTranslations('profile'))('title') }}
      />
      <FactorForms
        email={viewer.email}
        proved={await hasProved(viewer)}
        factors={factors.map(({ id, kind, name: device, addedAt, lastUsedAt }) => {
          const name = kind === 'totp' ? t('app') : device ? t('passkeyOn', { name: device }) : t('passkey')
          return {
            ...{ id, kind },
            name,
            used: (
              <>
                {t('added')} {relative(addedAt)} ·{' '}
                {lastUsedAt ? (
                  <>
                    {t('lastUsed')} {relative(lastUsedAt)}
                  </>
                ) : (
                  t('neverUsed')
                )}
              </>
            ),
            removeLabel: t('removeOf', { factor: name }),
          }
        })}
        begun={begun && { appKey: begun.key, qr: drawQr(begun.uri) }}
        labels={{
          prove: t('prove'),
          proveText: t('proveText'),
          currentPassword: t('currentPassword'),
          code: t('code'),
          codeHelp: t('codeHelp'),
          confirm: t('confirm'),
          setUp: t('setUp'),
          setUpText: t('setUpText'),
          key: t('key'),
          qr: t('qr'),
          copy: t('copy'),
          cancel: t('cancel'),
          factors: t('factors'),
          factorsText: t('factorsText'),
          none: t('none'),
          remove: t('remove'),
          removeQuestion: t('removeQuestion'),
          removeText: t('removeText'),
          addPasskey: t('addPasskey'),
          passkeyNeedsScript: t('passkeyNeedsScript'),
          passkeyFailed: t('passkeyFailed'),
          addApp: t('addApp'),
          newCodes: t('newCodes'),
          codes: t('codes'),
          codesText: t('codesText', { left: codesLeft }),
          codesShown: t('codesShown'),
        }}
      />
    </div>
  )
}
