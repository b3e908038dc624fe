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
 * Lets a request in that a page can answer; others are answered here, with 400 or 413 and a sentence. A form in
 * parts is let in once it is there and can be read: Next takes another one for a fault of ours.
 */
export function admit(request: IncomingMessage, response: ServerResponse, letIn: () => void): void {
  const refuse = (status: number, words: string) => {
    const headers = { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' }
    // What is still coming of the body is not waited for.
    if (!response.headersSent) response.writeHead(status, headers).end(`${words}\n`)
  }
  const { url = '', headers } = request
  const [path = ''] = url.split('?')
  const bytes = bounds.find(([pattern]) => pattern.test(path))?.[1] ?? 0
  const type = headers['content-type'] ?? ''
  const tooMuch = () => refuse(413, 'This is too much at once.')
  if (!readable(path)) refuse(400, 'This address cannot be read.')
  else if (Number(headers['content-length'] ?? 0) > bytes) tooMuch()
  else if (/^multipart\//i.test(type))
    holdBody(request, bytes, tooMuch, async body => {
      if (await isForm(body, type)) letIn()
      else refuse(400, 'This form cannot be read.')
    })
  else {
    countBody(request, bytes, tooMuch)
    letIn()
  }
}

/** Whether a path is UTF-8 in per cent signs, without a character that no path has. */
function readable(path: string): boolean {
  try {
    return !/\p{Cc}/u.test(decodeURIComponent(path))
  } catch {
    return false
  }
}

/** By the parser that will read it again. */
const isForm = (body: Buffer<ArrayBuffer>, type: string): Promise<boolean> =>
  new Response(body, { headers: { 'Content-Type': type } }).formData().then(
    () => true,
    () => false,
  )

/** A body without a length is counted as it comes. */
function countBody(request: IncomingMessage, bytes: number, tooMuch: () => void): void {
  const push = request.push.bind(request)
  let seen = 0
  request.push = (chunk, encoding) => {
    seen += chunk?.length ?? 0
    if (seen <= bytes) return push(chunk, encoding)
    tooMuch()
    request.destroy()
    return false
  }
}

/** Keeps a body back until it is there as a whole; whoever is let in then reads it as if it came now. */
function holdBody(
  request: IncomingMessage,
  bytes: number,
  tooMuch: () => void,
  whole: (body: Buffer<ArrayBuffer>) => void,
): void {
  const push = request.push.bind(request)
  const chunks: Buffer[] = []
  let seen = 0
  request.push = chunk => {
    if (chunk === null) {
      const body = Buffer.concat(chunks)
      push(body)
      push(null)
      whole(body)
      return false
    }
    seen += chunk.length
    if (seen > bytes) {
      tooMuch()
      request.destroy()
      return false
    }
    chunks.push(chunk)
    return true
  }
}
