import type { ReactNode } from 'react'
import { requireViewer } from '../auth'
import { Frame } from '../frame'

/** Pages of the viewer's own account. */
export default async function AccountLayout({ children }: { children: ReactNode }) {
  return <Frame viewer={await requireViewer()}>{children}</Frame>
}
