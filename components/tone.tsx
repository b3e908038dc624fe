import { CircleAlert, CircleCheck, CircleDashed, Info, TriangleAlert } from 'lucide-react'

/** What a state means. A tone is never shown by its colour alone: a word or an icon stands beside it. */
export type Tone = 'neutral' | 'success' | 'warning' | 'danger' | 'info'

const icons = {
  neutral: CircleDashed,
  success: CircleCheck,
  warning: TriangleAlert,
  danger: CircleAlert,
  info: Info,
}

export const toneText: Record<Tone, string> = {
  neutral: 'text-muted',
  success: 'text-success',
  warning: 'text-warning',
  danger: 'text-danger',
  info: 'text-accent-ink',
}

export const toneFill: Record<Tone, string> = {
  neutral: 'bg-sunken',
  success: 'bg-success-soft',
  warning: 'bg-warning-soft',
  danger: 'bg-danger-soft',
  info: 'bg-accent-soft',
}

/** The icon of a tone, hidden from screen readers: the word beside it says the same. */
export function ToneIcon({ tone, className }: { tone: Tone; className?: string }) {
  const Icon = icons[tone]
  return <Icon aria-hidden className={className} />
}
