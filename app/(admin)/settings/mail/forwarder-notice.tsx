import { getTranslations } from 'next-intl/server'
import { Notice } from '@/components/notice'
import { untrustedForwarders } from '@/lib/forwarders'

/** A proxy that nobody has named: behind it everybody is one address, and is limited as one. */
export async function ForwarderNotice() {
  const addresses = untrustedForwarders()
  if (addresses.length === 0) return null
  const t = await getTranslations('forwarders')
  return (
    <Notice tone="warning" title={t('title')}>
      <p>{t('text', { addresses: addresses.join(', ') })}</p>
    </Notice>
  )
}
