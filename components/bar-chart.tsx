import { Chart, type ChartProps, Plot, type Scale } from './chart'

const fills = { accent: 'fill-accent', danger: 'fill-danger-fill', muted: 'fill-line-strong' }

/** Numbers over time as bars; the series stand on each other. */
export function BarChart(props: Omit<ChartProps, 'scale'>) {
  const { slots, series, format } = props
  const heights = slots.map((_, index) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0))
  const scale = numbersTo(Math.max(...heights))
  const chart = { ...props, scale }
  return (
    <Chart
      {...chart}
      drawing={id => (
        <Plot {...chart} id={id}>
          {slots.map((slot, index) => {
            let foot = 100
            return (
              <g key={slot.key}>
                {/* The whole column tells its numbers, also where it is empty. */}
                <rect x={index * 10} y={0} width={10} height={100} fill="transparent" />
                {series.map(({ name, tone, values }) => {
                  const value = values[index] ?? 0
                  // What is there is seen, however little it is.
                  const height = value > 0 ? Math.max(scale.of(value) * 100, 1.5) : 0
                  foot -= height
                  return (
                    <rect
                      key={name}
                      x={index * 10 + 1.5}
                      y={foot}
                      width={7}
                      height={height}
                      className={fills[tone]}
                    />
                  )
                })}
                <title>{`${slot.name}: ${series.map(({ name, values }) => `${name} ${format(values[index] ?? 0)}`).join(', ')}`}</title>
              </g>
            )
          })}
        </Plot>
      )}
    />
  )
}

/** From nothing to a round number above the highest. */
function numbersTo(highest: number): Scale {
  const power = 10 ** Math.floor(Math.log10(Math.max(highest, 1)))
  const top = [1, 2, 3, 4, 5, 6, 8, 10].map(step => step * power).find(step => step >= highest) ?? 10 * power
  return { of: value => value / top, ticks: Number.isInteger(top / 2) ? [0, top / 2, top] : [0, top] }
}
