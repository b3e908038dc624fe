import type { ReactNode } from 'react'
import { currentViewer } from '../auth'
import { Frame } from '../frame'

/** Addresses that lead nowhere: whoever is signed in stays where they know their way. */
export default async function MissingLayout({ children }: { children: ReactNode }) {
  const viewer = await currentViewer()
  if (viewer) return <Frame viewer={viewer}>{children}</Frame>
  return (
    <main id="main" className="mx-auto max-w-form px-4 py-16">
      {children}
    </main>
  )
}
