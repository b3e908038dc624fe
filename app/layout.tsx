import type { Metadata } from 'next'
import { NextIntlClientProvider } from 'next-intl'
import { getLocale, getMessages } from 'next-intl/server'
import type { ReactNode } from 'react'
import { TimeZoneCookie } from '@/components/time-zone-cookie'
import { AccentStyle } from './accent-style'
import './globals.css'
import { installation } from './installation'
import { themeAttribute } from './theme'

export async function generateMetadata(): Promise<Metadata> {
  const { name } = await installation()
  return {
    title: { default: name, template: `%s · ${name}` },
    robots: { index: false, follow: false },
  }
}

// Every page is made for its viewer and carries a nonce of its own.
export const dynamic = 'force-dynamic'

export default async function RootLayout({ children }: { children: ReactNode }) {
  const { components, error } = await getMessages()
  return (
    <html lang={await getLocale()} {...(await themeAttribute())}>
      <head>
        <AccentStyle accent={(await installation()).accent} />
      </head>
      <body>
        <TimeZoneCookie />
        {/* Only what client components say; the other words are rendered on the server. */}
        <NextIntlClientProvider messages={{ components, error }}>{children}</NextIntlClientProvider>
      </body>
    </html>
  )
}
