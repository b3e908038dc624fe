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
    '/reset-password/x',
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
    ['application/json', '{"email":'],
  ] as const)
    test(`a body that is not what its content type says: ${type}`, async ({ app }) => {
      for (const path of ['/login', '/api/auth/callback/credentials']) {
        const answer = await fetch(app.url + path, {
          method: 'POST',
          body,
          headers: { 'content-type': type },
        })
        expect(answer.status).toBe(400)
      }
    })
})
