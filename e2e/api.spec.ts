// The API as a program meets it that was given a key: over HTTP, through our own server.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { demoKey } from '@/domain/api-keys/key-text'
import { startApp } from './fixtures/app'
import { expectNoViolations } from './fixtures/axe'
import { expect, pressAndWait, someone, test } from './fixtures/test'

test('an administrator makes a key, a program uses it, and it is revoked', async ({ as, request }) => {
  const admin = await as('tenant_administrator')
  await admin.goto('/settings/api-keys')
  await admin.getByLabel('Name').fill('Shop')
  await pressAndWait(admin, 'Create key')
  await expect(admin.getByText('Choose at least one scope.')).toBeVisible()
  await expect(admin.getByLabel('Name')).toHaveValue('Shop')
  await admin.getByLabel('users:write', { exact: true }).check()
  await admin.getByLabel('mails:read', { exact: true }).check()
  await admin.getByLabel('users:read', { exact: true }).check()
  await expect(admin.getByLabel('tenants:read', { exact: true })).toHaveCount(0)
  await expectNoViolations(admin, 'a new key')
  await pressAndWait(admin, 'Create key')
  const key = (await admin.locator('[data-key]').textContent()) ?? ''
  expect(key).toMatch(/^lk_[\dA-Za-z]{46}$/)
  const headers = { authorization: `Bearer ${key}` }
  const email = someone()
  const { items } = await (await request.get('/api/v1/users', { headers })).json()
  const customerId = items.find((user: { customerId: string | null }) => user.customerId)?.customerId
  const added = await request.post('/api/v1/users', {
    headers,
    data: { email, role: 'customer_user', customerId, invitation: 'mail' },
  })
  expect(added.status()).toBe(201)
  await expect
    .poll(
      async () =>
        (await (await request.get(`/api/v1/mails?recipient=${email}`, { headers })).json()).items[0]?.state,
    )
    .toBe('sent')
  const refused = await request.get('/api/v1/tenants', { headers })
  expect([refused.status(), refused.headers()['content-type']]).toEqual([403, 'application/problem+json'])

  await admin.goto('/settings/api-keys')
  const row = admin.getByRole('row', { name: /Shop/ })
  await expect(row).toContainText(key.slice(-4))
  await expect(admin.locator('body')).not.toContainText(key)
  await row.getByRole('button', { name: 'Revoke' }).click()
  // The question stands in the page where no script was ready yet.
  await admin.locator('dialog, [role=alert]').getByRole('button', { name: 'Revoke' }).click()
  await expect(admin.getByText('The key is revoked.')).toBeVisible()
  expect((await request.get('/api/v1/users', { headers })).status()).toBe(401)
})

test('what our own server refuses is a problem too', async ({ request }) => {
  const headers = { authorization: `Bearer lk_${'a'.repeat(46)}` }
  const json = { ...headers, 'content-type': 'application/json' }
  const told = async (answer: Awaited<ReturnType<typeof request.get>>) => [
    answer.status(),
    answer.headers()['content-type'],
    ((await answer.json()) as { code: string }).code,
  ]
  const problem = 'application/problem+json'
  const large = await request.post('/api/v1/users', { headers: json, data: `"${'x'.repeat(2_000_000)}"` })
  expect(await told(large)).toEqual([413, problem, 'body-too-large'])
  const broken = await request.post('/api/v1/users', { headers: json, data: Buffer.from('{') })
  expect(await told(broken)).toEqual([401, problem, 'key-unknown'])
  expect(await told(await request.get('/api/v1/users/%00', { headers }))).toEqual([
    400,
    problem,
    'request-unreadable',
  ])
  for (const nowhere of ['/api/v1', '/api/v1/', '/api/v1?x=1', '/api/v1/nothing', '/api/v1/openapi.json/'])
    expect(await told(await request.get(nowhere, { headers }))).toEqual([404, problem, 'operation-unknown'])
  const asked = await request.fetch('/api/v1/users', { method: 'OPTIONS', headers })
  expect(await told(asked)).toEqual([405, problem, 'method-unknown'])
  expect(asked.headers().allow?.split(', ').sort()).toEqual(['GET', 'POST'])
})

test('a question of the API has the headers of its answer, with and without what it is asked for', async ({
  request,
}) => {
  const read = await request.get('/api/v1/openapi.json')
  const length = Buffer.byteLength(await read.text())
  expect(read.headers()).toMatchObject({
    'content-type': 'application/json',
    'content-length': String(length),
    'x-content-type-options': 'nosniff',
  })
  const head = await request.head('/api/v1/openapi.json')
  expect(head.status()).toBe(200)
  expect(head.headers()['content-type']).toBe('application/json')
  expect(await head.text()).toBe('')
  const posted = await request.post('/api/v1/openapi.json', { data: {} })
  expect(posted.status()).toBe(404)
})

/** What the examples of a page of the documentation print, run as they stand. */
function runExamples(file: string, url: string): string {
  const blocks = [...readFileSync(file, 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block)
  expect(blocks.length).toBeGreaterThan(1)
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey examples '))
  writeFileSync(path.join(folder, '.curlrc'), 'fail-with-body\nsilent\nshow-error\n')
  const script = blocks.join('\n').replace('http://localhost:3000', url).replaceAll('anna@', `${Date.now()}@`)
  const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
    env: { ...process.env, CURL_HOME: folder },
    encoding: 'utf8',
  })
  rmSync(folder, { recursive: true })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
}

test('the examples of the documentation work as they stand', async ({ app }) => {
  const api = runExamples('docs/api.md', app.url)
  expect(api).toContain('"state":"pending"')
  expect(api).toContain('"status":"accepted"')
  const alarms = runExamples('docs/alarms.md', app.url)
  const [, answer = ''] = /```json\n(\{"accepted.*)\n```/.exec(readFileSync('docs/alarms.md', 'utf8')) ?? []
  expect(alarms).toContain(answer)
  expect(alarms).toContain('{"accepted":1,"rejected":[]}')
  expect(alarms).toContain('"items":[')
})

test('a newcomer sends an alarm with one line, and its mail is in the inbox', async () => {
  const app = await startApp()
  const [, line = ''] = /```sh\n(curl [\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? []
  const { stdout } = spawnSync('bash', ['-c', line.replace('http://localhost:3000', app.url)], {
    encoding: 'utf8',
  })
  expect(JSON.parse(stdout)).toEqual({ accepted: 1, rejected: [] })
  const headers = { authorization: `Bearer ${demoKey}` }
  await expect
    .poll(async () => {
      const answer = await fetch(`${app.url}/api/v1/mails?recipient=tenant@latchkey.test`, { headers })
      return ((await answer.json()) as { items: { kind: string; state: string; kept: boolean }[] }).items
    })
    .toMatchObject([{ kind: 'alarm', state: 'sent', kept: true }])
  await app.stop()
})

test('the API describes itself to programs and to people', async ({ visitor, app }) => {
  const page = await visitor()
  const faults: string[] = []
  page.on('console', message => message.type() === 'error' && faults.push(message.text()))
  page.on('requestfailed', failed => faults.push(failed.url()))
  page.on('request', asked => asked.url().startsWith(app.url) || faults.push(asked.url()))
  await page.goto('/api/v1/docs')
  await expect(page.getByRole('heading', { name: /Latchkey/ })).toBeVisible()
  await page.getByText('/api/v1/password-resets', { exact: true }).click()
  await expect(page.getByText('The answer is the same for every address.').first()).toBeVisible()
  const description = await (await page.request.get('/api/v1/openapi.json')).json()
  expect(description.openapi).toBe('3.1.0')
  expect(faults).toEqual([])
})
