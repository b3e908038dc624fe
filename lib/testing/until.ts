/**
 * Waits until a condition holds, looking again every few milliseconds. For things that cannot be awaited:
 * a row that another process writes, a mail that is on its way.
 * @returns what the condition gave, once that is neither false nor missing
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  seconds = 60,
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    const value = await condition()
    if (value) return value as Exclude<T, false | null | undefined>
    if (Date.now() > deadline) throw new Error(`Still not so after ${seconds} s: ${condition}`)
    await new Promise(resolve => setTimeout(resolve, 15))
  }
}
