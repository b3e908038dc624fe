// Classes of what must look alike, whether React lives in the page or not.
import { classNames } from './class-names'

export type ButtonVariant = 'primary' | 'secondary' | 'danger' | 'quiet'

const variants: Record<ButtonVariant, string> = {
  primary: 'bg-accent text-on-accent border-transparent hover:bg-accent-strong',
  secondary: 'bg-surface text-ink border-line-strong/50 hover:bg-sunken',
  danger: 'bg-danger-fill text-on-danger border-transparent hover:bg-danger-fill-strong',
  quiet: 'bg-transparent text-ink border-transparent hover:bg-sunken',
}

/** The classes of a button, for the few elements that must look like one and are none. */
export function buttonClasses(variant: ButtonVariant = 'secondary', className?: string) {
  return classNames(
    'inline-flex min-h-9 items-center justify-center gap-2 rounded-md border px-3 py-1.5 text-center font-medium text-sm',
    'transition-colors disabled:opacity-60 aria-disabled:cursor-default aria-disabled:opacity-60 forced-colors:border-[ButtonBorder]',
    variants[variant],
    className,
  )
}

/** The classes of a link in running text. */
export const linkClasses =
  'rounded-sm text-accent-ink underline decoration-1 decoration-accent-ink/40 underline-offset-3 hover:decoration-accent-ink'

/** The classes of a field's control. */
export const controlClasses = classNames(
  'block w-full min-h-9 rounded-md border border-line-strong bg-surface px-2.5 py-1.5 text-ink',
  // Safari on a phone zooms into fields with a smaller type than 16 px.
  'text-base md:text-sm',
  // Not the variant `read-only`: browsers call every select read-only.
  '[&[readonly]]:bg-sunken disabled:bg-sunken disabled:text-muted',
  'aria-invalid:border-danger aria-invalid:ring-1 aria-invalid:ring-danger',
)

/** The classes of the button inside of a password's field, and of the field that leaves room for it. */
export const revealClasses =
  'absolute inset-y-1 right-1 min-w-12 rounded-sm px-2 font-medium text-muted text-xs hover:text-ink'
