import { getTranslations } from 'next-intl/server'
import { Notice } from '@/components/notice'
import { TextLink } from '@/components/text-link'
import type { Viewer } from '@/domain/viewer'
import { failingWebhooks } from '@/domain/webhooks/webhook'

/** Says on every page that a program hears nothing any more: nobody else will. */
export async function WebhookBanner({ viewer }: { viewer: Viewer }) {
  const failing = await failingWebhooks(viewer)
  const [first] = failing
  if (!first) return null
  const t = await getTranslations('webhooks')
  return (
    <div className="mb-6">
      <Notice tone="warning">
        <p>
          {t('banner', { count: failing.length, name: first.name })}{' '}
          <TextLink href={failing.length > 1 ? '/settings/webhooks' : `/settings/webhooks/${first.id}`}>
            {t('bannerLink')}
          </TextLink>
        </p>
      </Notice>
    </div>
  )
}
