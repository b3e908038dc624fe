const units: [unit: string, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
  ['millisecond', 0.001],
]

/** Says seconds in the largest unit that is full, with two digits: "250 ms", "1.2 s", "5 min". */
export const durationIn = (locale: string) => (seconds: number) => {
  const [unit, size] = units.find(([, size]) => seconds >= size) ?? ['millisecond', 0.001]
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumSignificantDigits: seconds / size >= 100 ? 3 : 2,
  }).format(seconds / size)
}
