'use client'

import type { ReactNode } from 'react'
import { SubmitButton } from '@/components/button'
import { Form } from '@/components/form'
import { endSessionAction } from './actions'

type Session = {
  id: string
  own: boolean
  name: string
  address: string
  seen: ReactNode
  badge: ReactNode
  /** Who is signed in there as the viewer, if it is somebody else */
  actor: ReactNode
  /** When it ends, however much it is used */
  ends: string
  signOutLabel: string
}

type Props = { sessions: Session[]; labels: { lastSeen: string; signOut: string } }

/** The viewer's open sessions; all but this one can be ended here. */
export function SessionList({ sessions, labels }: Props) {
  return (
    <Form action={endSessionAction}>
      <ul className="divide-y divide-line">
        {sessions.map(session => (
          <li
            key={session.id}
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0"
          >
            <div className="min-w-0">
              <p className="flex flex-wrap items-center gap-2 font-medium wrap-anywhere">
                {session.name}
                {session.badge}
                {session.actor}
              </p>
              <p className="text-muted wrap-anywhere">
                {session.address} · {labels.lastSeen} {session.seen} · {session.ends}
              </p>
            </div>
            {!session.own && (
              <SubmitButton
                name="id"
                value={session.id}
                variant="secondary"
                aria-label={session.signOutLabel}
              >
                {labels.signOut}
              </SubmitButton>
            )}
          </li>
        ))}
      </ul>
    </Form>
  )
}
