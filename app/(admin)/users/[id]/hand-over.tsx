'use client'

import { SubmitButton } from '@/components/button'
import { Form } from '@/components/form'
import { LinkToHandOver } from '../link-to-hand-over'
import { changeUserAction } from './actions'

type Props = {
  userId: string
  /** The old link is dead: a mail with a new one can be had. */
  renew: boolean
  labels: Record<'resend' | 'copyLink' | 'activationLink' | 'copy' | 'linkReady', string>
}

/** The link of an activation mail that has not come, to be handed over in another way. */
export function HandOver({ userId, renew, labels }: Props) {
  return (
    <Form action={changeUserAction}>
      {({ data }) => (
        <>
          {data?.activation && (
            <LinkToHandOver
              shown={data.activation}
              labels={{ link: labels.activationLink, copy: labels.copy }}
              help={labels.linkReady}
            />
          )}
          <input type="hidden" name="userId" value={userId} />
          <div className="flex flex-wrap gap-2">
            <SubmitButton name="what" value="copy-link" variant="secondary">
              {labels.copyLink}
            </SubmitButton>
            {renew && (
              <SubmitButton name="what" value="resend-from-mail" variant="secondary">
                {labels.resend}
              </SubmitButton>
            )}
          </div>
        </>
      )}
    </Form>
  )
}
