export type Figure = {
  figure: string
  value: number
  /** The same thing without Latchkey, measured in the same run */
  baseline: number
  unit: 's' | 'ms' | 'MB' | 'sign-ins/s' | 'requests/s' | 'mails/s' | 'alarms/s'
  /** What else the line says. */
  more?: Record<string, string | number>
}

/** Prints one line of the result. */
export function print({ figure, value, baseline, unit, more }: Figure): void {
  const line = {
    figure,
    value: rounded(value),
    baseline: rounded(baseline),
    ratio: Number((value / baseline).toFixed(2)),
    unit,
    ...more,
  }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

/** Three digits that mean something, and no fewer than the whole number has. */
const rounded = (value: number) => (value >= 100 ? Math.round(value) : Number(value.toPrecision(3)))

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle]
  if (upper === undefined) throw new Error('There is nothing to take the median of.')
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2
}
