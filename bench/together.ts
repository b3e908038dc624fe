/** Does the same thing over and over, so many at a time. @returns how often a second */
export async function together(
  atATime: number,
  milliseconds: number,
  work: () => Promise<void>,
): Promise<number> {
  const begun = performance.now()
  let done = 0
  await Promise.all(
    Array.from({ length: atATime }, async () => {
      while (performance.now() - begun < milliseconds) {
        await work()
        done += 1
      }
    }),
  )
  return (done / (performance.now() - begun)) * 1000
}
