'use client'

import { SubmitButton } from '@/components/button'
import { Form } from '@/components/form'
import { Notice } from '@/components/notice'
import { usePassing } from '@/components/passing-notice'
import { TextLink } from '@/components/text-link'
import type { UserState } from '@/generated/prisma/enums'
import type { MailNews } from '../../mail-news'
import { LinkToHandOver } from '../link-to-hand-over'
import { changeUserAction } from './actions'

type Props = {
  userId: string
  state: UserState
  /** The page was opened by what somebody has just done: it is said in the words of the news. */
  passing: boolean
  /** What has become of the last mail of each kind, by now */
  news: { activation?: MailNews; 'password-reset'?: MailNews }
  labels: Record<
    | 'resend'
    | 'copyLink'
    | 'showQr'
    | 'sendReset'
    | 'copyReset'
    | 'resetLink'
    | 'resetReady'
    | 'disable'
    | 'enable'
    | 'activationLink'
    | 'copy'
    | 'linkReady'
    | 'olderLinks'
    | 'help'
    | 'another',
    string
  >
}

/**
 * One form, whose buttons say what to do, so that its outcome stays although the new state calls for others. A mail
 * that was asked for is followed; one that does not reach a user who waits for it is always told.
 */
export function UserActions({ userId, state, passing, news, labels }: Props) {
  const justDone = usePassing(passing)
  return (
    <Form action={changeUserAction}>
      {({ status, data }) => {
        const asked = data?.mail ?? (status === 'idle' && justDone ? 'activation' : undefined)
        const inVain = state === 'pending' && !news.activation?.well ? 'activation' : undefined
        const told = news[asked ?? inVain ?? 'activation']
        return (
          <>
            {told && (asked || inVain) && (
              <Notice tone={told.tone} role="status">
                <p>{told.text}</p>
                {data?.mail === 'activation' && <p>{labels.olderLinks}</p>}
                {inVain && !told.well && <p>{labels.help}</p>}
                {status === 'idle' && justDone && (
                  <p>
                    <TextLink href="/users/new">{labels.another}</TextLink>
                  </p>
                )}
              </Notice>
            )}
            {data?.activation && state === 'pending' && (
              <LinkToHandOver
                shown={data.activation}
                labels={{ link: labels.activationLink, copy: labels.copy }}
                help={labels.linkReady}
              />
            )}
            {data?.reset && state === 'active' && (
              <LinkToHandOver
                shown={data.reset}
                labels={{ link: labels.resetLink, copy: labels.copy }}
                help={labels.resetReady}
              />
            )}
            <input type="hidden" name="userId" value={userId} />
            <div className="flex flex-wrap gap-2">
              {state === 'pending' && (
                <>
                  <SubmitButton name="what" value="resend" variant="primary">
                    {labels.resend}
                  </SubmitButton>
                  <SubmitButton name="what" value="copy-link" variant="secondary">
                    {labels.copyLink}
                  </SubmitButton>
                  {!data?.activation && (
                    <SubmitButton name="what" value="scan-link" variant="secondary">
                      {labels.showQr}
                    </SubmitButton>
                  )}
                </>
              )}
              {state === 'active' && (
                <>
                  <SubmitButton name="what" value="send-reset" variant="secondary">
                    {labels.sendReset}
                  </SubmitButton>
                  <SubmitButton name="what" value="copy-reset" variant="secondary">
                    {labels.copyReset}
                  </SubmitButton>
                  {!data?.reset && (
                    <SubmitButton name="what" value="scan-reset" variant="secondary">
                      {labels.showQr}
                    </SubmitButton>
                  )}
                </>
              )}
              {state === 'disabled' ? (
                <SubmitButton name="what" value="enable" variant="secondary">
                  {labels.enable}
                </SubmitButton>
              ) : (
                <SubmitButton name="what" value="disable" variant="secondary">
                  {labels.disable}
                </SubmitButton>
              )}
            </div>
          </>
        )
      }}
    </Form>
  )
}
