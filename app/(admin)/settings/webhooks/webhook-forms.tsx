'use client'

import { LinkButton, SubmitButton } from '@/components/button'
import { ConfirmButton } from '@/components/confirm-button'
import { Form } from '@/components/form'
import { buttonClasses } from '@/components/looks'
import { Meanwhile } from '@/components/meanwhile'
import { ShownSecret } from '@/components/shown-secret'
import type { Facts } from '@/lib/meanwhile'
import { addWebhookAction, changeWebhookAction, rotateSecretAction, webhookDeedAction } from './actions'
import { type EventRow, WebhookFields, type WebhookLabels } from './webhook-fields'

type SecretLabels = Record<'secret' | 'copy', string>

const Secret = ({ secret, labels }: { secret: string; labels: SecretLabels }) => (
  <ShownSecret kind="secret" label={labels.secret} text={secret} copyLabel={labels.copy} />
)

type NewProps = {
  rows: EventRow[]
  labels: WebhookLabels & SecretLabels & Record<'add' | 'toWebhook' | 'another', string>
}

export function NewWebhookForm({ rows, labels }: NewProps) {
  return (
    <Form action={addWebhookAction}>
      {({ data }) =>
        data ? (
          <>
            <Secret secret={data.secret} labels={labels} />
            <div className="flex flex-wrap gap-2">
              <LinkButton href={`/settings/webhooks/${data.id}`}>{labels.toWebhook}</LinkButton>
              {/* Not a link of the router: it would stay on this page, with the secret. */}
              <a href="/settings/webhooks" className={buttonClasses()}>
                {labels.another}
              </a>
            </div>
          </>
        ) : (
          <>
            <WebhookFields rows={rows} labels={labels} />
            <SubmitButton>{labels.add}</SubmitButton>
          </>
        )
      }
    </Form>
  )
}

type ChangeProps = { id: string; facts: Facts; rows: EventRow[]; labels: WebhookLabels & { save: string } }

export function WebhookForm({ id, facts, rows, labels }: ChangeProps) {
  const { name = '', url = '' } = facts
  return (
    <Form action={changeWebhookAction} keepWhenDone>
      {({ data }) => (
        <>
          <input type="hidden" name="id" value={id} />
          <Meanwhile opened={facts} seen={data} />
          <WebhookFields facts={{ name, url }} rows={rows} labels={labels} />
          <SubmitButton variant="secondary">{labels.save}</SubmitButton>
        </>
      )}
    </Form>
  )
}

type RotateProps = {
  id: string
  labels: SecretLabels & Record<'rotate' | 'rotateQuestion' | 'rotateText', string>
}

export function RotateForm({ id, labels }: RotateProps) {
  return (
    <Form action={rotateSecretAction}>
      {({ data }) => (
        <>
          <input type="hidden" name="id" value={id} />
          {data && <Secret secret={data.secret} labels={labels} />}
          <ConfirmButton title={labels.rotateQuestion} question={labels.rotateText}>
            {labels.rotate}
          </ConfirmButton>
        </>
      )}
    </Form>
  )
}

type DeedProps = { id: string; paused: boolean; labels: Record<'pause' | 'resume' | 'test', string> }

export function DeedForm({ id, paused, labels }: DeedProps) {
  const deed = paused ? 'resume' : 'pause'
  return (
    <Form action={webhookDeedAction}>
      <input type="hidden" name="id" value={id} />
      <div className="flex flex-wrap gap-2">
        {!paused && (
          <SubmitButton variant="secondary" name="deed" value="test">
            {labels.test}
          </SubmitButton>
        )}
        <SubmitButton variant="secondary" name="deed" value={deed}>
          {labels[deed]}
        </SubmitButton>
      </div>
    </Form>
  )
}
