import type { ReactNode } from 'react'
import { AlarmBanner } from '../(admin)/alarm-banner'
import { alarmWords } from '../(admin)/alarm-words'
import { requireViewer } from '../auth'
import { Frame } from '../frame'

/** Pages of the viewer's own account. */
export default async function AccountLayout({ children }: { children: ReactNode }) {
  const viewer = await requireViewer()
  return (
    <Frame viewer={viewer}>
      {viewer.role !== 'customer_user' && <AlarmBanner alarm={await alarmWords(viewer)} />}
      {children}
    </Frame>
  )
}
