import { requireViewer } from '@/app/auth'
import { readTest, watchTest } from '@/domain/outbox/test-mail'
import { found, idIn } from '../../../(admin)/found'
import { progressView } from '../../../(admin)/settings/mail/test-view'

/** Proxies cut a connection that says nothing: after so many milliseconds it says that it is there. */
const pulse = 15_000

/** A test mail as it happens: server-sent events, each with all that is known so far, the last with the report. */
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }) {
  const viewer = await requireViewer()
  const id = await idIn(params)
  await found(readTest(viewer, id))
  const text = new TextEncoder()
  const stream = new ReadableStream({
    async start(controller) {
      const say = (line: string) => {
        if (!request.signal.aborted) controller.enqueue(text.encode(`${line}\n\n`))
      }
      const beating = setInterval(() => say(':'), pulse)
      try {
        for await (const progress of watchTest(viewer, id, request.signal))
          say(`data: ${JSON.stringify(await progressView(progress))}`)
        controller.close()
      } catch (error) {
        controller.error(error)
      } finally {
        clearInterval(beating)
      }
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
