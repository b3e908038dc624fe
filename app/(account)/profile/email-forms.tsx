'use client'

import { useState } from 'react'
import { EmailForm, type EmailLabels } from './email-form'
import { PendingEmail } from './pending-email'

type Props = { email: string; waiting: string | null; labels: EmailLabels & { cancel: string } }

/** Asking for a change and giving it up: what one of them said last does not outlive the other. */
export function EmailForms({ email, waiting, labels }: Props) {
  const [changes, setChanges] = useState(0)
  const [cancels, setCancels] = useState(0)
  return (
    <>
      <PendingEmail
        key={`pending-${changes}`}
        waiting={waiting}
        cancel={labels.cancel}
        onCancel={() => setCancels(cancels + 1)}
      />
      <EmailForm
        key={`form-${cancels}`}
        email={email}
        labels={labels}
        onChange={() => setChanges(changes + 1)}
      />
    </>
  )
}
