import { redirect } from 'next/navigation'
import { requireViewer } from './auth'

/** Everybody starts where their work is. */
export default async function Home() {
  const { role } = await requireViewer()
  redirect(role === 'customer_user' ? '/profile' : '/users')
}
