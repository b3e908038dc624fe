// Pages live longer than the process that has rendered them, and there may be several of those.
import { readFileSync, rmSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { startPostgres } from '@/lib/testing/postgres'
import { freePort, startApp } from './fixtures/app'
import { startProxy } from './fixtures/proxy'
import { activateAndReset, addUser, connect, expect, signIn, someone, test } from './fixtures/test'
import { buildTwin } from './fixtures/twin'

test('two clones that were built apart work as one behind a proxy: the pages of one post to the other', async ({
  visitor,
  mailbox,
}) => {
  // A build takes several times as long beside the other tests.
  test.setTimeout(600_000)
  const clone = 'test-results/twin'
  buildTwin(clone)
  const postgres = await startPostgres()
  const port = await freePort()
  const settings = {
    DATABASE_URL: await postgres.create('builds'),
    APP_KEYS: `k1:${Buffer.alloc(32, 'latchkey').toString('base64')}`,
    APP_URL: `http://localhost:${port}`,
    DEMO: 'on',
    TRUSTED_PROXIES: '127.0.0.1',
  }
  const nodes = [await startApp(settings), await startApp(settings, undefined, clone)]
  const proxy = await startProxy(
    port,
    nodes.map(({ url }) => Number(new URL(url).port)),
  )
  try {
    const admin = await visitor({ baseURL: proxy.url })
    await signIn(admin, 'sysadmin@latchkey.test', 'sysadmin')
    await connect(admin, mailbox.sink)
    for (const [postsTo, javaScriptEnabled] of [
      [1, true],
      [0, false],
    ] as const) {
      Object.assign(proxy, { pagesFrom: 1 - postsTo, postsTo })
      const person = someone()
      await addUser(admin, person)
      await activateAndReset({ visitor, mailbox }, person, { baseURL: proxy.url, javaScriptEnabled })
    }
    expect(Math.min(...proxy.turns)).toBeGreaterThan(10)
  } finally {
    await proxy.close()
    await Promise.all(nodes.map(node => node.stop()))
    await postgres.stop()
    rmSync(clone, { recursive: true, force: true })
  }
})

const forms: [path: string, label: string, button: string][] = [
  ['/users/new', 'Email', 'Add user'],
  ['/profile', 'New email', 'Change email'],
  ['/profile', 'First name', 'Save'],
  ['/tenants', 'Name', 'Add tenant'],
  ['/settings/mail/new?provider=custom', 'SMTP host', 'Save'],
]

async function sendOld(page: Page, [path, label, button]: (typeof forms)[number], typed: string) {
  const { pathname, search } = new URL(page.url())
  if (pathname + search !== path) await page.goto(path)
  await page.getByLabel(label, { exact: true }).fill(typed)
  await page.getByRole('button', { name: button, exact: true }).first().click()
  await expect(
    page.getByRole('alert').filter({ hasText: 'Latchkey was updated: load this page again' }).last(),
  ).toBeVisible()
}

test('a form of an older version says so, and keeps what was typed', async ({ as }) => {
  const admin = await as('system_administrator')
  await admin.route('**/*', (route, request) => {
    const headers = request.headers()
    if (headers['next-action']) headers['next-action'] = headers['next-action'].replaceAll(/\w/g, '0')
    return route.continue({ headers })
  })
  for (const form of forms) {
    await sendOld(admin, form, 'typed.before@example.org')
    await expect(admin.getByLabel(form[1], { exact: true })).toHaveValue('typed.before@example.org')
  }
})

test('a public page of a version that still had React says so too', async ({ app }) => {
  const asked = { method: 'POST', headers: { 'next-action': '0'.repeat(42) }, body: '[]' }
  const answer = await fetch(`${app.url}/login`, asked)
  expect([answer.status, answer.headers.get('x-nextjs-action-not-found')]).toEqual([404, '1'])
})

test('without JavaScript it is a page that says so, with what was typed except for passwords', async ({
  visitor,
}) => {
  const names = Object.keys(
    JSON.parse(readFileSync('.next/server/server-reference-manifest.json', 'utf8')).node as object,
  )
  const page = await visitor({ javaScriptEnabled: false })
  await signIn(page, 'tenant@latchkey.test', 'tenant')
  await page.route('**/*', async (route, request) => {
    if (request.method() !== 'GET' || request.resourceType() !== 'document') return route.continue()
    const response = await route.fetch()
    const body = names.reduce(
      (html, name) => html.replaceAll(name, '0'.repeat(name.length)),
      await response.text(),
    )
    return route.fulfill({ response, body })
  })
  await page.goto('/profile')
  await page.getByLabel('Current password', { exact: true }).first().fill('three quiet words')
  await sendOld(page, ['/profile', 'New email', 'Change email'], 'typed.before@example.org')
  await expect(page.getByRole('alert')).toContainText('typed.before@example.org')
  await expect(page.getByRole('alert')).not.toContainText('three quiet words')
  await page.getByRole('link', { name: 'Load this page again' }).click()
  await expect(page.getByLabel('New email', { exact: true })).toBeVisible()
})
