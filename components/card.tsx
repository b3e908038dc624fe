import type { ReactNode } from 'react'
import { BrandMark, type Logo } from './brand-mark'

type Props = {
  title: string
  children: ReactNode
  /** Links below the card. */
  footer?: ReactNode
  /** The installation's name, and what stands before it. */
  installation: string
  logo: Logo | null
}

/** The whole of a landing page: the installation's name and one card, nothing else. */
export function Card({ title, children, footer, installation, logo }: Props) {
  return (
    <main id="main" className="flex min-h-dvh flex-col items-center px-4 py-8 sm:py-20">
      <p className="mb-6 flex items-center gap-2.5 font-medium text-base">
        <BrandMark logo={logo} large />
        <span className="wrap-anywhere">{installation}</span>
      </p>
      <div className="w-full max-w-sm rounded-lg border border-line bg-surface p-6 shadow-sm">
        <h1 className="mb-5 font-medium text-xl wrap-anywhere">{title}</h1>
        <div className="space-y-5">{children}</div>
      </div>
      {footer && (
        <div className="mt-5 flex flex-wrap justify-center gap-x-4 gap-y-1 text-muted text-sm">{footer}</div>
      )}
    </main>
  )
}
