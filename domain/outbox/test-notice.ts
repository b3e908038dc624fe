// That something has become known of a test mail: workers say so, and whoever watches it hears of it.
import { database, db } from '@/lib/db'
import { perProcess } from '@/lib/global'

const channel = 'latchkey_tests'

/** Without any notice whoever watches looks again after so long: that a worker has died nobody tells. */
export const lookMilliseconds = 2_000

/** Tells all who watch a test mail to look at it. What they see stands in its rows: a lost notice only delays. */
export const tellWatchers = async (mailId: string): Promise<void> =>
  void (await db().$queryRaw`SELECT pg_notify(${channel}, ${mailId})::text`)

/** What waits for news, by the id of the mail, and the one ear that this process has while somebody does. */
type Watch = { waiting: Map<string, Set<() => void>>; ear: Promise<() => Promise<void>> | null }

const watch = perProcess<Watch>('test-watch', () => ({ waiting: new Map(), ear: null }))

/**
 * Yields at once, after each notice of this mail, and after so many milliseconds without one; ends when `signal`
 * aborts.
 */
export async function* changesOfTest(
  mailId: string,
  milliseconds: number,
  signal?: AbortSignal,
): AsyncGenerator<void, void> {
  let news = true
  let wake = () => {}
  const tell = () => {
    news = true
    wake()
  }
  const leave = enter(mailId, tell)
  signal?.addEventListener('abort', tell, { once: true })
  try {
    while (!signal?.aborted) {
      if (!news) {
        const timer = setTimeout(tell, milliseconds)
        await new Promise<void>(resolve => {
          wake = resolve
        })
        clearTimeout(timer)
        if (signal?.aborted) return
      }
      news = false
      yield
    }
  } finally {
    signal?.removeEventListener('abort', tell)
    leave()
  }
}

function enter(mailId: string, tell: () => void): () => void {
  const mine = watch.waiting.get(mailId) ?? new Set()
  watch.waiting.set(mailId, mine.add(tell))
  watch.ear ??= listen()
  return () => {
    mine.delete(tell)
    if (mine.size === 0) watch.waiting.delete(mailId)
    if (watch.waiting.size > 0) return
    const ear = watch.ear
    watch.ear = null
    void ear?.then(end => end()).catch(() => {})
  }
}

async function listen(): Promise<() => Promise<void>> {
  const end = await database()
    ?.listen(channel, hear)
    .catch(() => undefined)
  hear('')
  return end ?? (async () => {})
}

/** Without an id some may have been missed. */
function hear(mailId: string): void {
  const told = mailId ? [watch.waiting.get(mailId)] : watch.waiting.values()
  for (const some of told) for (const tell of some ?? []) tell()
}
