import { Chart, type ChartProps, Plot, type Scale } from './chart'

const strokes = { accent: 'stroke-accent', danger: 'stroke-danger-fill', muted: 'stroke-line-strong' }

type Props = Omit<ChartProps, 'scale'> & {
  /** Round values that the axis may be marked with, smallest first; each step upward is equally high. */
  marks: number[]
}

/** Values over time as lines, from milliseconds to days on one axis. Where nothing was, the line is broken. */
export function LineChart({ marks, ...props }: Props) {
  const { slots, series, format } = props
  const scale = between(
    series.flatMap(({ values }) => values.filter(value => value !== null)),
    marks,
  )
  const chart = { ...props, scale }
  const y = (value: number) => (100 - scale.of(value) * 100).toFixed(2)
  return (
    <Chart
      {...chart}
      drawing={id => (
        <Plot {...chart} id={id}>
          {series.map(({ name, tone, values }) => (
            <path
              key={name}
              d={values
                .map((value, index) =>
                  value === null
                    ? ''
                    : // A point alone is a line to itself: its round ends are a dot.
                      `${values[index - 1] == null ? 'M' : 'L'}${index * 10 + 5} ${y(value)}${values[index - 1] == null ? 'h0' : ''}`,
                )
                .join('')}
              className={strokes[tone]}
              fill="none"
              strokeWidth={2}
              strokeLinecap="round"
              strokeLinejoin="round"
              strokeDasharray={tone === 'muted' ? '1 4' : undefined}
              vectorEffect="non-scaling-stroke"
            />
          ))}
          {slots.map((slot, index) => (
            <rect key={slot.key} x={index * 10} y={0} width={10} height={100} fill="transparent">
              <title>{`${slot.name}: ${series
                .map(
                  ({ name, values }) =>
                    `${name} ${values[index] == null ? props.words.none : format(values[index])}`,
                )
                .join(', ')}`}</title>
            </rect>
          ))}
        </Plot>
      )}
    />
  )
}

/** From the mark below the lowest value to the one above the highest. */
function between(values: number[], marks: number[]): Scale {
  const lowest = Math.min(...values)
  const highest = Math.max(...values)
  const from = Math.max(
    0,
    marks.findLastIndex(mark => mark <= lowest),
  )
  const above = marks.findIndex(mark => mark >= highest)
  const to = Math.max(from + 1, above === -1 ? marks.length - 1 : above)
  const ticks = values.length > 0 ? marks.slice(from, to + 1) : marks.slice(2, 5)
  const place = (value: number): number => {
    const index = Math.max(
      0,
      Math.min(
        ticks.length - 2,
        ticks.findLastIndex(tick => tick <= value),
      ),
    )
    const [low = 1, high = 10] = [ticks[index], ticks[index + 1]]
    return (index + Math.log(Math.max(value, 1e-4) / low) / Math.log(high / low)) / (ticks.length - 1)
  }
  return { of: value => Math.min(1, Math.max(0, place(value))), ticks }
}
