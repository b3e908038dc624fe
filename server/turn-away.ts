// What no page ever sees: addresses that nobody can read, bodies that are too large or not what they say.
import type { IncomingMessage, ServerResponse } from 'node:http'

/** How large the body of a request may be, in bytes. The first line that fits counts. */
const bounds: [path: RegExp, bytes: number][] = [
  // Certificates are pasted here.
  [/^\/settings\/mail/, 1024 * 1024],
  // All that can be sent without an account: a form with some fields, or less.
  [/^/, 64 * 1024],
]

/**
 * Answers a request that no page can: with 400 or 413 and a sentence. A body that turns out to be too large on
 * the way ends the connection. @returns whether it has been answered
 */
export function turnAway(request: IncomingMessage, response: ServerResponse): boolean {
  const said = (status: number, words: string) => {
    // What is still coming of the body is not waited for.
    response
      .writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' })
      .end(`${words}\n`)
    return true
  }
  const [path = ''] = (request.url ?? '').split('?')
  if (!readable(path)) return said(400, 'This address cannot be read.')
  const bytes = bounds.find(([pattern]) => pattern.test(path))?.[1] ?? 0
  if (Number(request.headers['content-length'] ?? 0) > bytes) return said(413, 'This is too much at once.')
  if (!wellFormed(request)) return said(400, 'This form cannot be read.')
  bound(request, bytes)
  return false
}

/** Whether a path is UTF-8 in per cent signs, without a character that no path has. */
function readable(path: string): boolean {
  try {
    return !/[\0-\x1f\x7f]/.test(decodeURIComponent(path))
  } catch {
    return false
  }
}

/** Whether a form in parts says where they end. */
function wellFormed({ headers }: IncomingMessage): boolean {
  const type = headers['content-type'] ?? ''
  return !/^multipart\//i.test(type) || /;\s*boundary="?[^\s";]/i.test(type)
}

/** A body without a length is counted as it comes. */
function bound(request: IncomingMessage, bytes: number): void {
  const push = request.push.bind(request)
  let seen = 0
  request.push = (chunk, encoding) => {
    seen += chunk?.length ?? 0
    if (seen <= bytes) return push(chunk, encoding)
    request.destroy()
    return false
  }
}
