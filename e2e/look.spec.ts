import type { Page } from '@playwright/test'
import { images } from '@/lib/testing/images'
import { expect, pressAndWait, test } from './fixtures/test'

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true })
const saved = (page: Page) => expect(page.getByRole('status').filter({ hasText: 'were saved' })).toBeVisible()

async function save(page: Page, values: Record<string, string>) {
  await page.goto('/settings')
  for (const [label, value] of Object.entries(values)) await field(page, label).fill(value)
  await pressAndWait(page, 'Save settings')
}

// The application is shared with other tests.
test.afterEach(async ({ as }) => {
  const page = await as('system_administrator')
  await save(page, {
    'Accent colour': '',
    'Activation link lifetime (hours)': '72',
    'Reset link lifetime (hours)': '1',
  })
  await saved(page)
})

const buttonColours = (page: Page, name: string) =>
  page
    .getByRole('button', { name, exact: true })
    .evaluate(button => [getComputedStyle(button).backgroundColor, getComputedStyle(button).color])

test('an accent colour shows on all pages, in light and dark, and a wrong one is told at its field', async ({
  as,
  visitor,
}) => {
  const page = await as('system_administrator')
  await save(page, { 'Accent colour': 'yellow' })
  await expect(page.getByText('Enter a colour such as #4650c3, or nothing.')).toBeVisible()
  await expect(field(page, 'Accent colour')).toHaveValue('yellow')

  await page.goto('/settings')
  await field(page, 'Pick a colour').fill('#ffd400')
  await expect(field(page, 'Accent colour')).toHaveValue('#ffd400')
  await pressAndWait(page, 'Save settings')
  await saved(page)
  await page.reload()
  expect(await buttonColours(page, 'Save settings')).toEqual(['rgb(163, 136, 0)', 'rgb(0, 0, 0)'])

  const dark = await visitor({ colorScheme: 'dark' })
  await dark.goto('/login')
  expect(await buttonColours(dark, 'Sign in')).toEqual(['rgb(255, 212, 0)', 'rgb(0, 0, 0)'])
})

test('a logo takes the place of the key on all pages, also without JavaScript, until it is removed', async ({
  as,
  visitor,
}) => {
  const first = await as('system_administrator')
  const page = await visitor({ javaScriptEnabled: false })
  await page.context().addCookies(await first.context().cookies())
  await page.goto('/settings')
  const upload = async (name: string, mimeType: string, content: Uint8Array) => {
    await field(page, 'Image').setInputFiles({ name, mimeType, buffer: Buffer.from(content) })
    await page.getByRole('button', { name: /^(Use|Replace) logo$/ }).click()
  }
  await page.getByRole('button', { name: 'Use logo' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Choose an image.' })).toBeVisible()
  await upload('logo.png', 'image/png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))
  await expect(page.getByRole('alert').filter({ hasText: 'SVG' })).toBeVisible()
  await upload('logo.png', 'image/png', images.png)
  await expect(page.getByRole('status').filter({ hasText: 'The logo was saved.' })).toBeVisible()
  const logo = page.locator('nav img')
  await expect(logo).toHaveJSProperty('naturalWidth', 6)

  const source = (await logo.getAttribute('src')) ?? ''
  const answer = await page.request.get(source)
  expect(answer.headers()).toMatchObject({
    'content-type': 'image/png',
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    etag: `"${source.split('=')[1]}"`,
  })
  const etag = answer.headers().etag ?? ''
  expect((await page.request.get('/logo', { headers: { 'if-none-match': etag } })).status()).toBe(304)
  expect((await page.request.get('/logo?v=older')).headers()['cache-control']).toBe('no-cache')

  const stranger = await visitor()
  await stranger.goto('/login')
  await expect(stranger.locator('main img')).toHaveAttribute('src', source)

  await page.getByRole('button', { name: 'Remove logo' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'The logo was removed.' })).toBeVisible()
  await expect(logo).toHaveCount(0)
  expect((await page.request.get('/logo')).status()).toBe(404)
})

test('lifetimes are read with a comma, and told in minutes where links are made', async ({ as }) => {
  const page = await as('system_administrator')
  await save(page, { 'Activation link lifetime (hours)': '0.2', 'Reset link lifetime (hours)': '721' })
  await expect(page.getByText('Enter a number of hours from 0.25 to 720.')).toHaveCount(2)
  await save(page, { 'Activation link lifetime (hours)': '0,25', 'Reset link lifetime (hours)': '1.5' })
  await saved(page)
  await page.goto('/users/new')
  await expect(page.getByText('within 15 minutes')).toBeVisible()

  await page.goto('/settings')
  await expect(field(page, 'Activation link lifetime (hours)')).toHaveValue('0.25')
})

test('the settings say whether links lead where people are', async ({ as, visitor, app }) => {
  const page = await as('system_administrator')
  await page.goto('/settings')
  await expect(page.getByText('It is the address that you see in your browser.')).toBeVisible()

  const elsewhere = app.url.replace('localhost', '127.0.0.1')
  test.skip(elsewhere === app.url, 'there is no other name for this machine')
  const other = await visitor({ baseURL: elsewhere })
  const cookies = await page.context().cookies()
  await other.context().addCookies(cookies.map(cookie => ({ ...cookie, domain: '127.0.0.1' })))
  await other.goto('/settings')
  await expect(other.getByText(`People see ${elsewhere}, links say ${app.url}.`)).toBeVisible()
})
