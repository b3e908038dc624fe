import { readFileSync } from 'node:fs'

/** For what comes after the work under way: the queue, the inbox and the database are let go. */
const secondsForTheRest = 4

/**
 * SIGTERM and Ctrl-C: stops in good order. What is under way may take as long as it is given, since a mail that
 * is cut off after its content has left arrives twice; with nothing under way it ends at once, and so it does
 * when it is asked again.
 * @param stop finishes what is in hand
 * @param seconds how long that may take
 */
export function endWith(stop: () => Promise<void>, seconds = 1): void {
  let asked = 0
  const end = async () => {
    // One Ctrl-C comes twice, from the terminal and from the npm that started us.
    if (asked > 0 && Date.now() - asked > 1_000) process.exit(1)
    if (asked > 0) return
    asked = Date.now()
    setTimeout(() => process.exit(1), (seconds + secondsForTheRest) * 1_000).unref()
    await stop().catch((error: unknown) => console.error(error))
    process.exit(0)
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  // When the npm that started us is killed without a word, nobody is left to stop us.
  if (process.env.npm_lifecycle_event) {
    const parents = ancestors()
    const watch = setInterval(() => {
      if (ancestors() === parents) return
      clearInterval(watch)
      void end()
    }, 1_000).unref()
  }
}

/** Who started us, and, where the system tells (Linux), who started that: npm puts a shell in between. */
function ancestors(): string {
  try {
    return `${process.ppid} ${/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${process.ppid}/status`, 'utf8'))?.[1]}`
  } catch {
    return `${process.ppid}`
  }
}
