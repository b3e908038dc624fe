// The API on a connection. Our own server answers it: the way that pages take through Next costs several times as much
// as what most requests ask for, see docs/decisions/029-the-api-beside-next.md.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { env } from '@/lib/env'
import { handle } from './handle'

/**
 * Answers a request for which `isApi` is so.
 * @param body all of it, if there is one
 */
export async function answerApi(
  request: IncomingMessage,
  response: ServerResponse,
  body?: Buffer,
): Promise<void> {
  const { method = '', url = '', headers } = request
  const answer = await handle(
    new Request(new URL(url, env().appUrl), {
      method,
      headers: headers as Record<string, string>,
      // Whatever comes with a question to be answered only is not looked at.
      body: body && method !== 'GET' && method !== 'HEAD' ? new Uint8Array(body) : undefined,
    }),
  )
  response.statusCode = answer.status
  response.setHeaders(answer.headers)
  response.end(method === 'HEAD' ? undefined : Buffer.from(await answer.arrayBuffer()))
}
