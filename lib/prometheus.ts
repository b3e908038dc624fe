// The text format 0.0.4 of Prometheus.

export type Labels = Record<string, string>
export type Sample = { labels?: Labels; value: number; suffix?: '_bucket' | '_sum' | '_count' }
export type Metric = {
  name: string
  type: 'counter' | 'gauge' | 'histogram'
  help: string
  samples: Sample[]
}

/** The type that a scraper expects this text as. */
export const contentType = 'text/plain; version=0.0.4; charset=utf-8'

/** All metrics as one page of text. */
export const prometheusText = (metrics: Metric[]): string =>
  metrics
    .flatMap(({ name, type, help, samples }) => [
      `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
      `# TYPE ${name} ${type}`,
      ...samples.map(
        ({ labels, value, suffix = '' }) => `${name}${suffix}${labelText(labels)} ${number(value)}`,
      ),
    ])
    .join('\n')
    .concat('\n')

/**
 * The samples of one histogram.
 * @param counts how many lay in each class, by its upper bound; the highest bound stands for infinity
 * @param sum of all values together
 */
export function histogram(
  labels: Labels,
  bounds: readonly number[],
  counts: Map<number, number>,
  sum: number,
): Sample[] {
  let total = 0
  const buckets = bounds.map((bound, index): Sample => {
    total += counts.get(bound) ?? 0
    const le = index === bounds.length - 1 ? '+Inf' : String(bound)
    return { labels: { ...labels, le }, value: total, suffix: '_bucket' }
  })
  return [...buckets, { labels, value: sum, suffix: '_sum' }, { labels, value: total, suffix: '_count' }]
}

function labelText(labels: Labels = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length > 0 ? `{${pairs.join(',')}}` : ''
}

const escaped = (value: string) =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

const number = (value: number) => (Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : 'NaN')
