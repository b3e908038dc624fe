// The example for nginx, as it stands in the file, in the nginx of this machine.
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { longestFile } from '@/domain/accounts/import-check'
import { freePort } from '@/e2e/fixtures/app'
import { hasNginx, startNginx } from './testing/nginx'

describe.runIf(hasNginx)('behind nginx', () => {
  let ports = { https: 0, http: 0 }
  let nginx: Awaited<ReturnType<typeof startNginx>> | undefined
  let upstream: Server
  /** The requests that have arrived behind it. */
  const arrived: { url: string; headers: IncomingMessage['headers']; bytes: number }[] = []

  beforeAll(async () => {
    upstream = createServer(async (request, response) => {
      let bytes = 0
      for await (const chunk of request) bytes += chunk.length
      arrived.push({ url: request.url ?? '', headers: request.headers, bytes })
      if (request.url !== '/events') return response.end('ok')
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' })
      response.write('data: first\n\n')
    })
    await new Promise<void>(resolve => upstream.listen(0, '127.0.0.1', resolve))
    ports = { https: await freePort(), http: await freePort() }
    nginx = await startNginx((upstream.address() as AddressInfo).port, ports)
  })
  afterAll(async () => {
    await nginx?.stop()
    upstream.closeAllConnections()
    upstream.close()
  })

  const ask = (path: string, headers: Record<string, string> = {}, body?: Buffer) =>
    new Promise<IncomingMessage>((resolve, reject) =>
      request({ port: ports.https, path, headers, method: body ? 'POST' : 'GET', ca: nginx?.cert }, resolve)
        .once('error', reject)
        .end(body),
    )

  it('what a client says of where it comes from does not arrive', async () => {
    await ask('/claims', { 'x-forwarded-for': '203.0.113.9', host: `localhost:${ports.https}` })
    const { headers } = arrived.find(({ url }) => url === '/claims') ?? {}
    expect(headers?.['x-forwarded-for']).toBe('127.0.0.1')
    expect(headers?.['x-forwarded-proto']).toBe('https')
    expect(headers?.host).toBe(`localhost:${ports.https}`)
  })

  it('a stream of events arrives while it is being written', async () => {
    const answer = await ask('/events')
    const [first] = await new Promise<Buffer[]>(resolve => answer.once('data', chunk => resolve([chunk])))
    expect(String(first)).toBe('data: first\n\n')
    answer.destroy()
  })

  it('a large file of users passes, and a larger one is refused there', async () => {
    expect((await ask('/import', {}, Buffer.alloc(longestFile))).statusCode).toBe(200)
    expect(arrived.find(({ url }) => url === '/import')?.bytes).toBe(longestFile)
    expect((await ask('/larger', {}, Buffer.alloc(longestFile + 2 * 1024 * 1024))).statusCode).toBe(413)
  })

  it('HTTP leads to HTTPS, with the path and as it was asked', async () => {
    const answer = await fetch(`http://localhost:${ports.http}/login?a=1`, { redirect: 'manual' })
    expect(answer.status).toBe(308)
    expect(answer.headers.get('location')).toBe(`https://localhost:${ports.https}/login?a=1`)
  })
})
