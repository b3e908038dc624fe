'use client'

import { SubmitButton } from '@/components/button'
import { ConfirmButton } from '@/components/confirm-button'
import { Form } from '@/components/form'
import { Notice } from '@/components/notice'
import type { MailNews } from '../../mail-news'
import { changeMailAction } from './actions'

type Props = {
  mailId: string
  /** Not while a worker has it in hand, nor for a test mail. */
  again: boolean
  /** Whoever has it already gets it twice: that is asked first. */
  sent: boolean
  /** Nobody knows whether it arrived; whoever does can say so. */
  uncertain: boolean
  cancellable: boolean
  /** What has become of it by now, unless the page says it anyway: told once it was asked to be sent again */
  news: MailNews | null
  labels: Record<
    | 'arrived'
    | 'again'
    | 'againQuestion'
    | 'againText'
    | 'cancel'
    | 'cancelQuestion'
    | 'cancelText'
    | 'cancelConfirm'
    | 'cancelDismiss',
    string
  >
}

/** One form, whose buttons say what to do: its outcome stays although the mail's new state calls for others. */
export function MailActions({ mailId, again, sent, uncertain, cancellable, news, labels }: Props) {
  return (
    <Form action={changeMailAction}>
      {({ data }) => (
        <>
          {data?.again && news && (
            <Notice tone={news.tone} role="status">
              {news.text}
            </Notice>
          )}
          <input type="hidden" name="mailId" value={mailId} />
          <input type="hidden" name="followed" value="yes" />
          <div className="flex flex-wrap gap-2">
            {uncertain && (
              <SubmitButton name="what" value="arrived" variant="secondary">
                {labels.arrived}
              </SubmitButton>
            )}
            {again &&
              (sent ? (
                <ConfirmButton
                  name="what"
                  value="again"
                  title={labels.againQuestion}
                  question={labels.againText}
                >
                  {labels.again}
                </ConfirmButton>
              ) : (
                <SubmitButton name="what" value="again" variant="secondary">
                  {labels.again}
                </SubmitButton>
              ))}
            {cancellable && (
              <ConfirmButton
                name="what"
                value="cancel"
                title={labels.cancelQuestion}
                question={labels.cancelText}
                confirmLabel={labels.cancelConfirm}
                dismissLabel={labels.cancelDismiss}
              >
                {labels.cancel}
              </ConfirmButton>
            )}
          </div>
        </>
      )}
    </Form>
  )
}
