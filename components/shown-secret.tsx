import { CopyButton } from './copy-button'

type Props = { label: string; text: string; copyLabel: string; kind: 'secret' | 'key' }

/** A secret that is shown this once: to be selected with one click, or copied. */
export function ShownSecret({ label, text, copyLabel, kind }: Props) {
  return (
    <div className="space-y-1.5">
      <p className="font-medium text-sm">{label}</p>
      <code
        data-secret={kind === 'secret' ? '' : undefined}
        data-key={kind === 'key' ? '' : undefined}
        className="block select-all font-mono wrap-anywhere"
      >
        {text}
      </code>
      <CopyButton text={text} label={copyLabel} />
    </div>
  )
}
