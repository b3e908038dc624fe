type Props = {
  label: string
  /** How it goes, in one sentence; announced at the beginning and at the end */
  sentence: string
  /** Who began it, and how far it is */
  details: string
  done: number
  total: number
  ended: boolean
}

/** How far something has come that goes on in the background. */
export function RunProgress({ label, sentence, details, done, total, ended }: Props) {
  return (
    <section
      aria-label={label}
      className="space-y-2 rounded-lg border border-line bg-surface px-5 py-4 text-sm"
    >
      <p role="status" className="font-medium">
        {sentence}
      </p>
      <progress
        // Said again for those who look for the word.
        // biome-ignore lint/a11y/noRedundantRoles: see above
        role="progressbar"
        aria-label={label}
        value={ended ? 1 : done}
        max={ended ? 1 : Math.max(total, done)}
        className="block h-2 w-full appearance-none overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-accent"
      />
      <p className="text-muted tabular-nums">{details}</p>
    </section>
  )
}
