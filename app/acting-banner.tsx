import { getTranslations } from 'next-intl/server'
import { buttonClasses } from '@/components/looks'
import { Notice } from '@/components/notice'
import type { Viewer } from '@/domain/viewer'
import { backToOwnAccount } from './back-to-own-account'

/** Says on every page to an administrator who is signed in as somebody else that they are, and leads back. */
export async function ActingBanner({ viewer: { email, actedBy } }: { viewer: Viewer }) {
  if (!actedBy) return null
  const t = await getTranslations('users.signInAs')
  return (
    <div className="mb-6" data-acting>
      <Notice tone="warning">
        <p>{t('banner', { email, by: actedBy.email })}</p>
        <form action={backToOwnAccount}>
          <button type="submit" className={buttonClasses()}>
            {t('back')}
          </button>
        </form>
      </Notice>
    </div>
  )
}
