import { linkClasses } from '@/components/looks'

/** A text whose web addresses can be followed; the bracket or full stop after one does not belong to it. */
export function LinkedText({ text }: { text: string }) {
  const parts = text.split(/(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?()[\]{}])/)
  return parts.map((part, index) =>
    // Every second part is what the pattern found.
    index % 2 === 1 ? (
      <a
        // biome-ignore lint/suspicious/noArrayIndexKey: the text of a mail does not change
        key={index}
        href={part}
        target="_blank"
        rel="noreferrer"
        className={linkClasses}
      >
        {part}
      </a>
    ) : (
      part
    ),
  )
}
