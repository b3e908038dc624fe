'use client'

import { useTranslations } from 'next-intl'
import { ConfirmButton } from '@/components/confirm-button'
import { Form, type FormAction } from '@/components/form'

type Props = { action: FormAction; id: string; name: string; tenantId?: string }

/** Deletes one of the images, after a question that says what is lost. */
export function ImageDelete({ action, id, name, tenantId }: Props) {
  const t = useTranslations('rules.images')
  return (
    <Form action={action}>
      <input type="hidden" name="imageId" value={id} />
      {tenantId && <input type="hidden" name="tenantId" value={tenantId} />}
      <ConfirmButton
        variant="quiet"
        title={t('question', { name })}
        question={t('loss')}
        confirmLabel={t('delete')}
        aria-label={t('deleteOne', { name })}
      >
        {t('delete')}
      </ConfirmButton>
    </Form>
  )
}
