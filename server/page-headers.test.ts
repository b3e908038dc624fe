import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sayPageHeaders } from './page-headers'

let https = false
let seen: IncomingHttpHeaders = {}
const server = createServer((request, response) => {
  sayPageHeaders(request, response, https, false)
  seen = request.headers
  response.end()
})
beforeAll(() => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => server.close())

const get = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { headers })
  return answer.headers
}

it('lets only scripts run that carry the nonce of this very answer, and tells Next which that is', async () => {
  const policies = [await get('/login'), await get('/login')].map(headers =>
    headers.get('content-security-policy'),
  )
  expect(policies[0]).toMatch(/script-src 'self' 'nonce-[A-Za-z0-9+/]{22}==' 'strict-dynamic';/)
  expect(policies[0]).not.toBe(policies[1])
  expect(seen['content-security-policy']).toBe(policies[1])
  for (const directive of [
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
  ])
    expect(policies[0]).toContain(directive)
})

it('takes neither the nonce nor the policy nor the path from whoever asks', async () => {
  const mine = {
    'content-security-policy': "script-src 'nonce-mine'",
    'x-nonce': 'mine',
    'x-path': '/elsewhere',
  }
  await get('/users?page=2', mine)
  expect(JSON.stringify(seen)).not.toContain('mine')
  expect(seen['x-path']).toBe('/users?page=2')
  await get('/_next/static/chunk.js', mine)
  expect(JSON.stringify(seen)).not.toContain('mine')
})

it('tells nobody the address of a landing page', async () => {
  for (const path of ['/activate/', '/reset-password/', '/confirm-email/', '/not-me/', '/setup/'])
    expect((await get(`${path}secret`)).get('referrer-policy')).toBe('no-referrer')
  expect((await get('/login')).get('referrer-policy')).toBe('same-origin')
})

it('asks for HTTPS for a year where it is spoken, and lets no page be kept', async () => {
  expect((await get('/login')).get('strict-transport-security')).toBeNull()
  https = true
  const headers = await get('/login')
  expect(headers.get('strict-transport-security')).toBe('max-age=31536000')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
})

it('leaves to the frame of a received mail what that may do, and files of the build but for their type', async () => {
  https = true
  for (const path of ['/inbox/1/html', '/_next/static/a.css', '/icon.svg']) {
    const headers = await get(path)
    expect(headers.get('content-security-policy')).toBeNull()
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000')
  }
})
