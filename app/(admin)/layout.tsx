import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { requireViewer } from '../auth'
import { Frame } from '../frame'

/** Pages of administrators. For others they are not there; what an administrator may do, the domain decides. */
export default async function AdminLayout({ children }: { children: ReactNode }) {
  const viewer = await requireViewer()
  if (viewer.role === 'customer_user') notFound()
  return <Frame viewer={viewer}>{children}</Frame>
}
