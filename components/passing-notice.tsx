'use client'

import { type ComponentProps, useEffect, useState } from 'react'
import { Notice } from './notice'

/** In what an address says what was done: `saved` names a mail server. */
const told = ['notice', 'saved']

/**
 * Whether the page was opened by what somebody has just done, as the `notice` in its address says. That stays true
 * while the page is open and kept fresh; the address forgets it, so that loading it again tells nothing old.
 */
export function usePassing(shown: boolean): boolean {
  const [passing, setPassing] = useState(shown)
  if (shown && !passing) setPassing(true)
  useEffect(() => {
    const address = new URL(location.href)
    if (!shown || !told.some(name => address.searchParams.has(name))) return
    for (const name of told) address.searchParams.delete(name)
    // Without a state of its own: then the router follows, and does not put it back.
    history.replaceState(null, '', address)
  }, [shown])
  return passing
}

/** What was just done, said once. */
export function PassingNotice({
  shown = true,
  ...rest
}: ComponentProps<typeof Notice> & { shown?: boolean }) {
  return usePassing(shown) && <Notice role="status" {...rest} />
}
