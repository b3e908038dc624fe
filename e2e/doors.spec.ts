import { request } from 'node:http'
import { expect, test } from './fixtures/test'

test.describe('what strangers send is answered in words', () => {
  for (const address of [
    '/activate/x%',
    '/%c0%af',
    '/%ED%A0%80',
    '/reset-password/%',
    '/login?q=%00',
    '/users/%00',
  ])
    test(`an address that cannot be read: ${address}`, async ({ app }) => {
      const answer = await fetch(app.url + address, { headers: { accept: 'text/html' } })
      expect(answer.status).toBe(400)
      expect(await answer.text()).toContain('This cannot be read')
    })

  for (const path of [
    '/login',
    '/forgot-password',
    '/code',
    '/reset-password/x',
    '/not-me/x',
    '/api/auth/callback/credentials',
    '/api/link-opened',
  ])
    test(`a body that is larger than ${path} takes, whether its length is told or not`, async ({ app }) => {
      const large = Buffer.alloc(65 * 1024)
      const streamed = new Blob([large]).stream()
      for (const body of [large, streamed]) {
        const answer = await fetch(app.url + path, { method: 'POST', body, duplex: 'half' } as RequestInit)
        expect(answer.status).toBe(413)
        expect(await answer.text()).toContain('That was too much')
      }
    })

  for (const [type, body] of [
    ['multipart/form-data; boundary=x', 'no form'],
    ['multipart/form-data', 'no boundary'],
    ['multipart/form-data; boundary=x', ''],
    ['application/json', '{"email":'],
    ['application/json', ''],
  ] as const)
    test(`a body that is not what its content type says: ${type} of ${body.length}`, async ({ app }) => {
      for (const path of ['/login', '/api/auth/callback/credentials']) {
        const answer = await fetch(app.url + path, {
          method: 'POST',
          body,
          headers: { 'content-type': type },
        })
        expect(answer.status).toBe(400)
      }
    })

  for (const path of [
    '/api/auth/callback/credentials',
    '/api/auth/session?callbackUrl=javascript:alert(1)',
    '/api/auth/signin?callbackUrl=http://[',
    '/api/auth/error?error=%F0%9F%98%80',
    '/api/auth/error/%0d%0ax',
  ])
    test(`a question to next-auth that has no answer: ${path}`, async ({ app }) => {
      const answer = await fetch(app.url + path, { redirect: 'manual' })
      expect([400, 405]).toContain(answer.status)
    })

  for (const sent of [{ callbackUrl: {} }, { callbackUrl: '\0' }, { callbackUrl: '//[' }])
    test(`a return address that is none: ${JSON.stringify(sent)}`, async ({ app }) => {
      const answer = await fetch(`${app.url}/api/auth/csrf`, {
        method: 'POST',
        body: JSON.stringify(sent),
        headers: { 'content-type': 'application/json' },
      })
      expect(answer.status).toBe(400)
    })

  test('a cookie with a rotten return address', async ({ app }) => {
    const cookie = 'next-auth.callback-url=http://['
    const answer = await fetch(`${app.url}/api/auth/session`, { headers: { cookie } })
    expect(answer.status).toBe(400)
  })

  for (const body of [
    '[]',
    'null',
    '["$K1"]',
    '["$F1"]',
    '["$1:__proto__:x"]',
    `[${'['.repeat(20_000)}${']'.repeat(20_000)}]`,
  ])
    test(`arguments of an action that are none: ${body.slice(0, 20)}`, async ({ app }) => {
      const signedIn = await fetch(`${app.url}/login`, {
        method: 'POST',
        body: new URLSearchParams({ email: 'customer@latchkey.test', password: 'customer' }),
        redirect: 'manual',
      })
      const cookie = signedIn.headers.getSetCookie().join('; ')
      const url = `${app.url}/profile`
      const page = await (await fetch(url, { headers: { cookie } })).text()
      const [, id = ''] = /&quot;id&quot;:&quot;(\w+)&quot;/.exec(page) ?? []
      const called = await fetch(url, { method: 'POST', body, headers: { 'next-action': id, cookie } })
      expect(called.status).toBe(400)
      const form = new FormData()
      form.set('$ACTION_REF_1', '')
      form.set('$ACTION_1:0', `{"id":"${id}","bound":"$@1"}`)
      form.set('$ACTION_1:1', body)
      form.set('$ACTION_KEY', 'k')
      const posted = await fetch(url, { method: 'POST', body: form, headers: { cookie } })
      expect(posted.status).toBeLessThan(500)
    })

  test('a form of another site, whichever page it is for', async ({ app }) => {
    for (const origin of ['https://evil.example', 'null', 'rubbish'])
      for (const path of ['/login', '/forgot-password', '/profile', '/api/link-opened']) {
        const sent = {
          method: 'POST',
          body: new URLSearchParams({ email: 'a@b.example' }),
          headers: { origin },
        }
        expect((await fetch(app.url + path, sent)).status).toBe(403)
      }
  })

  test('a method that is for no page, and a shown page that is none', async ({ app }) => {
    const { hostname, port } = new URL(app.url)
    const traced = await new Promise<number | undefined>((resolve, reject) =>
      request({ hostname, port, path: '/healthz', method: 'TRACE' }, answer => resolve(answer.statusCode))
        .on('error', reject)
        .end(),
    )
    expect(traced).toBe(405)
    const headers = { rsc: '1', 'next-router-state-tree': 'rubbish' }
    expect((await fetch(`${app.url}/login`, { headers, redirect: 'manual' })).status).toBeLessThan(500)
  })
})
