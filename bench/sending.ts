// What the parts that send mail begin with: an SMTP server in a process of its own, and Latchkey connected to it.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { administrator } from '@/domain/accounts/testing/people'
import { connectMailServer } from '@/domain/mail-server/testing/settings'
import { boot } from '@/server/boot'

/** Boots, and stops with SIGTERM. @param quiet the SMTP server only counts */
export async function startSending({ worker, quiet }: { worker: boolean; quiet: boolean }) {
  process.on('disconnect', () => process.exit())
  const sink = fork(fileURLToPath(new URL('./sink-part.ts', import.meta.url)), quiet ? ['quiet'] : [])
  const [{ port }] = (await once(sink, 'message')) as [{ port: number }]
  const running = await boot({ worker, web: false })
  process.on('SIGTERM', () => void running.stop().finally(() => process.exit()))
  const viewer = await administrator()
  const server = await connectMailServer(viewer, { host: '127.0.0.1', port })
  return {
    sink,
    port,
    viewer,
    server,
    /** How many mails a quiet one has accepted so far. */
    async received(): Promise<number> {
      const answer = once(sink, 'message')
      sink.send('count')
      return ((await answer) as [{ count: number }])[0].count
    },
  }
}
