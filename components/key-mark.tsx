import { classNames } from './class-names'

/** The mark of Latchkey: a key whose bit is an envelope's flap. */
export function KeyMark({ className = 'size-6' }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" fill="none" aria-hidden="true" className={classNames('shrink-0', className)}>
      <rect width="24" height="24" rx="6" className="fill-accent" />
      <g
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
        className="text-on-accent"
      >
        <circle cx="8.5" cy="12" r="3" />
        <path d="M11.5 12H19M15.5 12v2.5M19 12v3.5" />
      </g>
    </svg>
  )
}
