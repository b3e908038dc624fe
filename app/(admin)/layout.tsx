import { notFound } from 'next/navigation'
import { NextIntlClientProvider } from 'next-intl'
import { getMessages } from 'next-intl/server'
import type { ReactNode } from 'react'
import { requireViewer } from '../auth'
import { Frame } from '../frame'

/** Pages of administrators. For others they are not there; what an administrator may do, the domain decides. */
export default async function AdminLayout({ children }: { children: ReactNode }) {
  const viewer = await requireViewer()
  if (viewer.role === 'customer_user') notFound()
  // The words of client components of these pages; landing pages need not carry them.
  const { components, error, mailSettings, presets, findSettings, passwordRules, rules } = await getMessages()
  return (
    <NextIntlClientProvider
      messages={{ components, error, mailSettings, presets, findSettings, passwordRules, rules }}
    >
      <Frame viewer={viewer}>{children}</Frame>
    </NextIntlClientProvider>
  )
}
