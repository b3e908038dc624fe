import { getLocale, getTranslations } from 'next-intl/server'
import { ConfirmButton } from '@/components/confirm-button'
import { Form } from '@/components/form'
import type { Count } from '@/lib/count'
import { countInWords } from '../rough-count'
import { retryAction } from './actions'
import type { OutboxView } from './outbox-address'

/** Sends all failed mails of the present search and kind again, after a question. */
export async function RetryFailed({ view, count }: { view: OutboxView; count: Count }) {
  const t = await getTranslations('outbox.retry')
  const number = countInWords(count, await getLocale()) ?? ''
  return (
    <Form action={retryAction}>
      <input type="hidden" name="kind" value={view.kind ?? ''} />
      <input type="hidden" name="search" value={view.search ?? ''} />
      <ConfirmButton title={t('question')} question={t('text')}>
        {count.number === 1 && !count.more ? t('submitOne') : t('submit', { number })}
      </ConfirmButton>
    </Form>
  )
}
