import { setTimeout } from 'node:timers/promises'
import { requireViewer } from '@/app/auth'
import { stageViews } from '@/app/stage-view'
import { watchTest } from '@/domain/outbox/test-mail'
import { found, idIn } from '../../../(admin)/found'

/** How often the database is asked, and how long at most a test is watched, in milliseconds. */
const every = 100
const atMost = 10 * 60_000

/** The stages of a test mail as they happen: server-sent events, each with all that is known so far. */
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }) {
  const viewer = await requireViewer()
  const id = await idIn(params)
  await found(watchTest(viewer, id))
  const text = new TextEncoder()
  const stream = new ReadableStream({
    async start(controller) {
      let last = ''
      for (const end = Date.now() + atMost; !request.signal.aborted && Date.now() < end; ) {
        const test = await watchTest(viewer, id)
        const told = test ? JSON.stringify(await stageViews(test.stages, test.encryption)) : last
        if (told !== last) controller.enqueue(text.encode(`data: ${told}\n\n`))
        last = told
        if (test?.ended) break
        await setTimeout(every)
      }
      controller.close()
    },
  })
  return new Response(stream, {
    headers: {
      'Content-Type': 'text/event-stream',
      // Neither we nor a proxy may collect it to compress it.
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
    },
  })
}
