/** What a command of `npm run admin` prints, and whether it has failed. */
export type Answer = {
  lines: string[]
  failed: boolean
  /** The same for programs, where there is more to it than the lines */
  data?: unknown
}

/** Of a command that says of itself when it fails. */
export type Said = Partial<Answer> & { lines: string[] }
