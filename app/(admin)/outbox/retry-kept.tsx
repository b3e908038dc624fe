import { getLocale, getTranslations } from 'next-intl/server'
import { SubmitButton } from '@/components/button'
import { Form } from '@/components/form'
import { Notice } from '@/components/notice'
import type { Count } from '@/lib/count'
import { countInWords } from '../rough-count'
import { retryAction } from './actions'

/** Says that the built-in inbox has mails which a real server could deliver, and lets them go there. */
export async function RetryKept({ count }: { count: Count }) {
  const t = await getTranslations('outbox.retryKept')
  const number = countInWords(count, await getLocale()) ?? ''
  return (
    <Notice tone="warning" title={t('title', { count: count.number, number })}>
      <p>{t('text')}</p>
      <Form action={retryAction}>
        <input type="hidden" name="kind" value="" />
        <input type="hidden" name="search" value="" />
        <SubmitButton name="what" value="kept" variant="secondary">
          {t('submit')}
        </SubmitButton>
      </Form>
    </Notice>
  )
}
