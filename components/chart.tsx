import { type ReactNode, useId } from 'react'
import { classNames } from './class-names'

/*
 * Charts are drawn on the server and need no script. What scales with the width is SVG, what must not (words)
 * is HTML around it. Colours are tokens, so light and dark come by themselves; names stand beside them.
 */

type Series = { name: string; tone: 'accent' | 'danger' | 'muted'; values: (number | null)[] }

/** A value's place on the vertical axis, from 0 at the foot to 1 at the top. */
export type Scale = { of(value: number): number; ticks: number[] }

/** A piece of the axis. Two may have one name: an hour that the clock goes through twice. */
type Slot = { key: string; name: string }

export type ChartProps = {
  title: string
  /** What the picture shows, in a sentence. */
  description: string
  /** The name of each slot, such as its hour, and which of them stand below the axis. */
  slots: Slot[]
  labelled: (index: number) => boolean
  series: Series[]
  scale: Scale
  format: (value: number) => string
  words: { slot: string; table: string; none: string }
}

const fills = { accent: 'bg-accent', danger: 'bg-danger-fill', muted: 'bg-line-strong' }

/** The frame of a chart: title, names of the series, axes, and the same numbers as a table. */
export function Chart({ drawing, ...chart }: ChartProps & { drawing: (ids: string) => ReactNode }) {
  const { title, slots, labelled, series, scale, format } = chart
  const id = useId()
  return (
    <figure className="min-w-0">
      <figcaption className="mb-3 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h3 className="font-medium text-sm">{title}</h3>
        <ul className="flex flex-wrap gap-x-3 text-muted text-xs">
          {series.map(({ name, tone }) => (
            <li key={name} className="flex items-center gap-1.5">
              <span aria-hidden className={classNames('size-2 rounded-full', fills[tone])} />
              {name}
            </li>
          ))}
        </ul>
      </figcaption>
      <div className="flex gap-2">
        <div aria-hidden className="relative w-12 shrink-0 text-right text-muted text-xs tabular-nums">
          {scale.ticks.map(tick => (
            <span
              key={tick}
              className="absolute right-0 translate-y-1/2 whitespace-nowrap leading-none"
              style={{ bottom: `${scale.of(tick) * 100}%` }}
            >
              {format(tick)}
            </span>
          ))}
        </div>
        <div className="h-28 min-w-0 flex-1">{drawing(id)}</div>
      </div>
      <div aria-hidden className="relative mt-2 ml-14 h-4 text-muted text-xs tabular-nums">
        {slots.map(
          (slot, index) =>
            labelled(index) && (
              <span
                key={slot.key}
                // The last one ends with the picture, so that it stays inside.
                className={classNames(
                  'absolute whitespace-nowrap',
                  index === slots.length - 1 ? 'right-0' : '-translate-x-1/2',
                )}
                style={
                  index === slots.length - 1
                    ? undefined
                    : { left: `${((index + 0.5) / slots.length) * 100}%` }
                }
              >
                {slot.name}
              </span>
            ),
        )}
      </div>
      <ChartTable {...chart} />
    </figure>
  )
}

/** The numbers of a chart for those who would rather read them. */
function ChartTable({ title, slots, series, format, words }: ChartProps) {
  return (
    <details className="mt-2 text-sm">
      <summary className="min-h-6 w-fit py-0.5 text-muted text-xs hover:text-ink">{words.table}</summary>
      <section
        aria-label={`${title}: ${words.table}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be focusable (WCAG 2.1.1)
        tabIndex={0}
        className="mt-2 max-h-72 overflow-auto rounded-md border border-line"
      >
        <table aria-label={title} className="w-full text-left tabular-nums">
          <thead className="sticky top-0 bg-sunken text-muted text-xs">
            <tr>
              <th scope="col" className="px-3 py-1.5 font-medium">
                {words.slot}
              </th>
              {series.map(({ name }) => (
                <th key={name} scope="col" className="px-3 py-1.5 text-right font-medium">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {slots.map((slot, index) => (
              <tr key={slot.key} className="border-line border-t">
                <th scope="row" className="px-3 py-1 font-normal">
                  {slot.name}
                </th>
                {series.map(({ name, values }) => (
                  <td key={name} className="px-3 py-1 text-right">
                    {values[index] === null || values[index] === undefined
                      ? words.none
                      : format(values[index])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  )
}

/** The area that is drawn in: as wide as there is room, with lines at the ticks. */
export function Plot({ id, title, description, slots, scale, children }: PlotProps) {
  const width = slots.length * 10
  return (
    <svg
      role="img"
      aria-labelledby={`${id}-title ${id}-description`}
      viewBox={`0 0 ${width} 100`}
      preserveAspectRatio="none"
      className="block size-full overflow-visible"
    >
      <title id={`${id}-title`}>{title}</title>
      <desc id={`${id}-description`}>{description}</desc>
      {scale.ticks.map(tick => (
        <path
          key={tick}
          d={`M0 ${100 - scale.of(tick) * 100}H${width}`}
          className="stroke-line"
          vectorEffect="non-scaling-stroke"
        />
      ))}
      {children}
    </svg>
  )
}

type PlotProps = ChartProps & { id: string; children: ReactNode }
