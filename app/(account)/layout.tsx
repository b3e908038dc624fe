import type { ReactNode } from 'react'
import { requirePerson } from '../auth'
import { Frame } from '../frame'

/** Pages of the viewer's own account. The frame asks for nobody's second factor: each page does. */
export default async function AccountLayout({ children }: { children: ReactNode }) {
  return <Frame viewer={await requirePerson()}>{children}</Frame>
}
