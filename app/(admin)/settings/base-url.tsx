'use client'

import { useSyncExternalStore } from 'react'
import { Notice } from '@/components/notice'

type Props = {
  /** Where links lead: APP_URL */
  links: string
  /** By which host the server was asked; not sure to be what people see, for a proxy may have changed it */
  host: string
  /** `{seen}` in one of them stands for the address in the browser */
  words: Record<'agree' | 'differ' | 'differText' | 'unsure', string>
}

/** Whether links lead where people are. The browser knows; without JavaScript there is only what the server was asked for. */
export function BaseUrlCheck({ links, host, words }: Props) {
  const seen = useSyncExternalStore(
    () => () => {},
    () => location.origin,
    () => null,
  )
  const base = new URL(links)
  if (seen === null ? host === base.host : seen === base.origin)
    return <Notice tone="success">{words.agree}</Notice>
  if (seen === null) return <Notice>{words.unsure}</Notice>
  return (
    <Notice tone="warning" title={words.differ.replace('{seen}', () => seen)}>
      {words.differText}
    </Notice>
  )
}
