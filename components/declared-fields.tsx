'use client'

import type { ReactNode } from 'react'
import { DeclaredContext } from './form-context'

type Props = {
  /** Their names; `all` of those inside */
  names: readonly string[] | 'all'
  children: ReactNode
}

/** Fields whose values are declared from outside: they are shown, and changed there. */
export function DeclaredFields({ names, children }: Props) {
  return <DeclaredContext value={names}>{children}</DeclaredContext>
}
