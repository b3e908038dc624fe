// Bodies are read before Next sees a request: so much and no more, whoever sends it.
import { type IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** What a stranger may send to the pages that are open to everybody: their forms are short. */
const ofStrangers = 64 * 1024
/** And to all others. */
const ofAnybody = 1024 * 1024

/** The pages and routes that need no session. */
const open =
  /^\/(login|code|forgot-password|activate|reset-password|confirm-email|not-me|setup|healthz|readyz|metrics|api\/(auth|link-opened))(\/|$)/

/** A thousand things at once, from a program that shows a key. */
const ofManyThings = 8 * 1024 * 1024
const manyThings = /^\/api\/v1\/alarms(\/|$)/

/** How many bytes a request may bring, by its path; to the API, by whether it shows anything like a key. */
export function longestBody(path: string, authorization = ''): number {
  if (open.test(path)) return ofStrangers
  if (!path.startsWith('/api/v1/')) return ofAnybody
  if (!/^bearer lk_/i.test(authorization)) return ofStrangers
  return manyThings.test(path) ? ofManyThings : ofAnybody
}

/**
 * Whoever answers there asks first who it is, and counts while they read: a file of users may be larger than any form.
 */
export const readsItsOwnBody = (path: string): boolean => path === '/users/import/check'

/** Whether one follows the head (RFC 9112 §6), or should: one of no length may not be what its type says either. */
export const hasBody = ({ method, headers }: IncomingMessage): boolean =>
  method === 'POST' || headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined

/**
 * Reads the body of a request to its end.
 * @returns null as soon as it is longer than it may be, whatever its head has said
 */
export async function bodyOf(request: IncomingMessage, longest: number): Promise<Buffer | null> {
  if (Number(request.headers['content-length'] ?? 0) > longest) return null
  const chunks: Buffer[] = []
  let length = 0
  // Left early, the request stays open for the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > longest) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Whether a body can be read as what its head says it is. What has no form to be wrong in is left to its reader. */
export async function isWhatItSays({ headers }: IncomingMessage, body: Buffer): Promise<boolean> {
  const type = headers['content-type']?.toLowerCase() ?? ''
  try {
    if (type.startsWith('multipart/form-data')) await formIn(headers, body)
    // The arguments of an action, as React sends them when there is no file among them.
    else if (type.startsWith('application/json') || headers['next-action']) JSON.parse(body.toString())
    return true
  } catch {
    return false
  }
}

/** The fields of a form (RFC 7578). @throws if it is none */
export const formIn = ({ 'content-type': type = '' }: IncomingHttpHeaders, body: Buffer): Promise<FormData> =>
  new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()

/** The same request once more, with a body that has been read. */
export function withBody(request: IncomingMessage, body: Buffer): IncomingMessage {
  const again = new IncomingMessage(request.socket)
  const { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor } = request
  Object.assign(again, { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor })
  again.complete = true
  again.push(body)
  again.push(null)
  return again
}
