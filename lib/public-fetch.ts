// A request that reaches nothing which only this machine or its network can see: judged by the address that is
// connected to, as a name may stand for another one by then.
import { lookup } from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import net, { type LookupFunction } from 'node:net'
import { Readable } from 'node:stream'
import { isGlobal } from './addresses'

/** The address is none that the whole world can see. */
class NotPublic extends Error {
  readonly code = 'EPRIVATE'
}

/** As `fetch`, for a body of text; redirects are not followed. @throws TypeError with the error as its cause */
export function publicFetch(
  address: string,
  { method, headers, body, signal }: RequestInit,
): Promise<Response> {
  const url = new URL(address)
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) =>
      reject(signal?.aborted ? signal.reason : new TypeError('fetch failed', { cause }))
    const literal = url.hostname.replace(/^\[(.*)\]$/, '$1')
    if (net.isIP(literal) && !isGlobal(literal)) return fail(new NotPublic())
    const { request } = url.protocol === 'https:' ? https : http
    const asked = request(
      url,
      {
        method: method ?? 'GET',
        headers: Object.fromEntries(new Headers(headers)),
        lookup: publicLookup,
        signal: signal ?? undefined,
        agent: false,
      },
      answer => {
        const { statusCode = 502, headers } = answer
        const bodiless = [204, 205, 304].includes(statusCode)
        const told = Object.entries(headers).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, String(value)] as [string, string]],
        )
        const stream = Readable.toWeb(answer) as ReadableStream<Uint8Array>
        resolve(new Response(bodiless ? null : stream, { status: statusCode, headers: told }))
      },
    )
    asked.on('error', fail)
    asked.end(body === undefined || body === null ? undefined : String(body))
  })
}

const publicLookup: LookupFunction = (host, options, done) =>
  lookup(host, { ...options, all: true }, (error, found) => {
    if (error) return done(error, [])
    const addresses = found.filter(({ address }) => isGlobal(address))
    const [first] = addresses
    if (!first) return done(new NotPublic(), [])
    if (options.all) done(null, addresses)
    else done(null, first.address, first.family)
  })
