// What our own server says itself, without Next: a page in the reader's language that needs nothing else.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { acceptedLocale, messagesFor } from '@/lib/i18n/locales'

export type Words = 'updated' | 'too-large' | 'unreadable' | 'away' | 'starting' | 'other-site'

/**
 * Answers in words, and as a text for whoever does not ask for HTML.
 * @param typed what stood in the fields of a form, to be shown again
 */
export async function answerInWords(
  { url = '/', headers }: IncomingMessage,
  response: ServerResponse,
  status: number,
  words: Words,
  typed: [name: string, value: string][] = [],
): Promise<void> {
  const locale = acceptedLocale(headers['accept-language'])
  const { server } = (await messagesFor(locale)) as { server: Record<Words, Record<string, string>> }
  const { title = '', text = '', action } = server[words]
  if (isApi(url)) return void answerAsProblem(response, status, words, title, text)
  const html = headers.accept?.includes('text/html')
  response.writeHead(status, {
    'Content-Type': `text/${html ? 'html' : 'plain'}; charset=utf-8`,
    'Content-Language': locale,
    'Content-Security-Policy':
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
    ...(status === 503 && { 'Retry-After': '2' }),
  })
  if (!html) return void response.end(`${title}. ${text}\n`)
  const fields = typed.map(([name, value]) => `<dt>${safe(name)}</dt><dd>${safe(value)}</dd>`).join('')
  response.end(`<!doctype html>
<html lang="${locale}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${safe(title)} · Latchkey</title>
<style>:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem}
h1{font-size:1.25rem}dt{font-weight:600}dd{margin:0 0 .5rem;white-space:pre-wrap;overflow-wrap:anywhere}</style>
<main role="alert"><h1>${safe(title)}</h1><p>${safe(text)}</p>${fields && `<dl>${fields}</dl>`}
${action ? `<p><a href="${safe(url)}">${safe(action)}</a></p>` : ''}</main></html>
`)
}

/** What a program asks, which reads no pages. */
export const isApi = (url: string): boolean => /^\/api\/v1(?!\/docs(?:[/?]|$))(?:[/?]|$)/.test(url)

const codes: Record<Words, string> = {
  updated: 'updated',
  'too-large': 'body-too-large',
  unreadable: 'request-unreadable',
  away: 'unavailable',
  starting: 'unavailable',
  'other-site': 'other-site',
}

/** The same as a problem (RFC 9457), as the API itself would say it. */
function answerAsProblem(
  response: ServerResponse,
  status: number,
  words: Words,
  title: string,
  detail: string,
): void {
  const code = codes[words]
  response.writeHead(status, {
    'Content-Type': 'application/problem+json',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    ...(status === 503 && { 'Retry-After': '2' }),
  })
  response.end(JSON.stringify({ type: `urn:latchkey:problem:${code}`, title, status, detail, code }))
}

const safe = (text: string) => text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`)
