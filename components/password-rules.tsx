/** A rule as it is told; what of it can be seen while somebody types. */
type ShownRule = {
  text: string
  /** At least so many signs, or so many of the kinds of signs */
  least?: number
  /** Patterns of regular expressions */
  kinds?: readonly string[]
}

export type RuleWords = {
  rules: ShownRule[]
  /** Said of a rule that is met, before those that are not, and once all are */
  met: string
  missing: string
  all: string
}

/** The rules of a password, to stand as the help of its field; `previewRules` marks those that are met. */
export function PasswordRules({ rules, met, missing, all }: RuleWords) {
  return (
    <>
      <ul data-rules data-met={met} data-missing={missing} data-all={all} className="space-y-1">
        {rules.map(({ text, least, kinds }) => (
          <li
            key={text}
            data-text={text}
            data-least={least}
            data-kinds={kinds && JSON.stringify(kinds)}
            className="group/rule flex gap-1.5 data-met:text-success"
          >
            <svg
              viewBox="0 0 16 16"
              fill="none"
              stroke="currentColor"
              strokeWidth="2"
              strokeLinecap="round"
              strokeLinejoin="round"
              aria-hidden="true"
              className="mt-0.5 size-4 shrink-0"
            >
              <path d="M8 8h.01" strokeWidth="4" className="group-data-met/rule:hidden" />
              <path d="m3 8.5 3.5 3.5L13 4.5" className="hidden group-data-met/rule:block" />
            </svg>
            <span>
              {text}
              <span data-word className="sr-only" />
            </span>
          </li>
        ))}
      </ul>
      <p aria-live="polite" className="sr-only" />
    </>
  )
}
