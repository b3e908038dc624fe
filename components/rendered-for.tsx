'use client'

import { createContext, type ReactNode, useContext } from 'react'
import { renderedForName } from '@/lib/rendered-for'

const RenderedForContext = createContext<string | null>(null)

/** Says who the forms below are rendered for: their actions are done for nobody else. */
export function RenderedFor({ id, children }: { id: string; children: ReactNode }) {
  return <RenderedForContext value={id}>{children}</RenderedForContext>
}

/** What a form takes along of that; nothing on pages that anybody sees. */
export function RenderedForField() {
  const id = useContext(RenderedForContext)
  return id && <input type="hidden" name={renderedForName} value={id} />
}
