import { readFileSync } from 'node:fs'

/**
 * SIGTERM and Ctrl-C: stops in good order, and ends within 5 s whatever happens.
 * @param stop finishes what is in hand
 */
export function endWith(stop: () => Promise<void>): void {
  let ending = false
  const end = async () => {
    if (ending) return
    ending = true
    setTimeout(() => process.exit(1), 4_800).unref()
    await stop().catch((error: unknown) => console.error(error))
    process.exit(0)
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  // When the npm that started us is killed without a word, nobody is left to stop us.
  if (process.env.npm_lifecycle_event) {
    const parents = ancestors()
    setInterval(() => ancestors() !== parents && end(), 1_000).unref()
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
