/** So many are kept; then all are made anew, for anybody may ask for another zone. */
const most = 100

/**
 * Makes what is the same for the same names once and keeps it, such as a formatter of `Intl`: to make one takes far
 * longer than to use it, and a table uses it in every row.
 */
export function madeOnce<Names extends string[], Made>(
  make: (...names: Names) => Made,
): (...names: Names) => Made {
  const kept = new Map<string, Made>()
  return (...names) => {
    const key = names.join('\n')
    const known = kept.get(key)
    if (known !== undefined) return known
    if (kept.size >= most) kept.clear()
    const made = make(...names)
    kept.set(key, made)
    return made
  }
}
