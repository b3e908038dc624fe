'use client'

import { startTransition, useEffect } from 'react'
import { idle } from '@/lib/form-state'
import { renderedForName } from '@/lib/rendered-for'
import { markReadAction } from '../actions'

/** Notes, once the page can be seen, that the mail was looked at. */
export function MarkRead({ id, viewerId }: { id: string; viewerId: string }) {
  useEffect(() => {
    const form = new FormData()
    form.set('id', id)
    form.set(renderedForName, viewerId)
    // Nobody waits for it, and a mail that stays unread harms nobody.
    startTransition(() =>
      markReadAction(idle, form).then(
        () => {},
        () => {},
      ),
    )
  }, [id, viewerId])
  return null
}
