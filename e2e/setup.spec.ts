import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort, startApp, withNewDatabase } from './fixtures/app'
import { startProxy } from './fixtures/proxy'
import { expect, signIn, test } from './fixtures/test'

test('without demo accounts the first start prints a link that makes the first administrator once', async ({
  visitor,
}) => {
  // The very first: the database is made as well.
  const nothing = async () => {}
  const app = await startApp({ DEMO: 'off', INBOX_SMTP_PORT: '0' }, nothing)
  const link = /http:\S+\/setup\/\S+/.exec(app.output())?.[0] ?? ''
  const page = await visitor({ baseURL: app.url })
  await page.goto(link)
  await page.getByLabel('Email', { exact: true }).fill('boss@example.org')
  await page.getByLabel('Password', { exact: true }).fill('three quiet words')
  await page.getByLabel('Confirm password', { exact: true }).fill('three quiet words')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page).toHaveURL(/\/settings\/mail/)
  await expect(page.getByText('No mail server is connected yet')).toBeVisible()
  await page.goto(link)
  await expect(page.getByRole('heading', { name: 'This link has been used' })).toBeVisible()
  await app.stop()
})

test('what the demo has left opens to nobody where others can reach it, and the set-up is offered', async ({
  visitor,
}) => {
  const port = await freePort()
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-demo-'))
  await withNewDatabase(folder)
  const settings = { DATA_DIR: folder, INBOX_SMTP_PORT: '0' }
  const demo = await startApp(settings)
  expect(demo.output()).toContain('sysadmin@latchkey.test / sysadmin')
  const before = await visitor({ baseURL: demo.url })
  await signIn(before, 'sysadmin@latchkey.test', 'sysadmin')
  const cookies = await before.context().cookies()
  await demo.stop()

  // Behind a proxy on the same machine: it listens on loopback still.
  const app = await startApp({
    ...settings,
    APP_URL: `http://accounts.example.org:${port}`,
    TRUSTED_PROXIES: '127.0.0.1',
  })
  const proxy = await startProxy(port, [Number(new URL(app.url).port)])
  try {
    expect(app.output()).not.toContain('/ sysadmin')
    expect(app.output()).toContain('nobody can sign in to them')
    const page = await visitor({ baseURL: proxy.url })
    await page.context().addCookies(cookies)
    await page.goto('/users')
    await expect(page).toHaveURL(/\/login/)
    await page.getByLabel('Email', { exact: true }).fill('sysadmin@latchkey.test')
    await page.getByLabel('Password', { exact: true }).fill('sysadmin')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('alert')).toBeVisible()
    const [, token] = /\/setup\/(\S+)/.exec(app.output()) ?? []
    await page.goto(`/setup/${token}`)
    await expect(page.getByRole('button', { name: 'Create account' })).toBeVisible()
  } finally {
    await proxy.close()
    await app.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})
