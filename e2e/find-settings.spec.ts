import type { Page } from '@playwright/test'
import { expect, test } from './fixtures/test'

/** Whether DNS answers or not: providers that everybody knows need none. */
async function find(page: Page, email: string) {
  await page.getByLabel('Email address', { exact: true }).fill(email)
  await page.getByRole('button', { name: 'Find settings' }).click()
  const gmail = page.getByRole('listitem').filter({ hasText: 'smtp.gmail.com:465' })
  await expect(gmail).toContainText('Implicit TLS')
  await expect(gmail).toContainText('Known server of Gmail')
  return gmail
}

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true })

async function expectGmail(page: Page) {
  await expect(field(page, 'Provider')).toHaveValue('gmail')
  await expect(field(page, 'Name')).toHaveValue('Gmail')
  await expect(field(page, 'SMTP host')).toHaveValue('smtp.gmail.com')
  await expect(field(page, 'SMTP port')).toHaveValue('465')
  await expect(field(page, 'Encryption')).toHaveValue('implicit-tls')
  await expect(field(page, 'Authentication')).toHaveValue('password')
  await expect(field(page, 'Username')).toHaveValue('anna@gmail.com')
  await expect(field(page, 'Mail from')).toHaveValue('Anna <anna@gmail.com>')
}

test('an address is enough to fill the form', async ({ as }) => {
  const admin = await as('system_administrator')
  await admin.goto('/settings/mail/new')
  const gmail = await find(admin, 'Anna <anna@gmail.com>')
  await expect(admin.getByRole('status')).toContainText('gmail.com')
  await gmail.getByRole('link', { name: 'Use these settings' }).click()
  await expect(admin.getByRole('heading', { name: 'Connect Gmail' })).toBeVisible()
  await expect(field(admin, 'Password')).toBeFocused()
  await expectGmail(admin)
  // What the preset knows beside them, and what it says.
  await expect(admin.getByText('myaccount.google.com/apppasswords')).toBeVisible()
  await admin.getByRole('button', { name: 'Use OAuth 2.0 instead' }).click()
  await expect(field(admin, 'Token URL')).toHaveValue('https://oauth2.googleapis.com/token')
})

test('what is no address is refused, and what leads nowhere says what to do', async ({ as }) => {
  const admin = await as('system_administrator')
  await admin.goto('/settings/mail/new')
  const button = admin.getByRole('button', { name: 'Find settings' })
  await button.click()
  await expect(admin.getByText('Enter the email address that mail shall come from.')).toBeVisible()
  await expect(field(admin, 'Email address')).toBeFocused()
  await field(admin, 'Email address').fill('anna@[192.0.2.1]')
  await button.click()
  await expect(admin.getByText('has no domain to look up')).toBeVisible()
  await field(admin, 'Email address').fill('anna@nobody.invalid')
  await button.click()
  await expect(admin.getByRole('status')).toContainText('No mail server was found for nobody.invalid')
  await expect(admin.getByRole('status')).toContainText('465')
  await expect(field(admin, 'Email address')).toHaveValue('anna@nobody.invalid')
})

test('also without JavaScript', async ({ as, browser, app }) => {
  const admin = await as('system_administrator')
  const context = await browser.newContext({
    baseURL: app.url,
    javaScriptEnabled: false,
    storageState: await admin.context().storageState(),
  })
  const page = await context.newPage()
  await page.goto('/settings/mail/new')
  const gmail = await find(page, 'Anna <anna@gmail.com>')
  await gmail.getByRole('link', { name: 'Use these settings' }).click()
  await expectGmail(page)
  await context.close()
})

test('an address of the page brings in nothing that the form would refuse', async ({ as }) => {
  const admin = await as('system_administrator')
  for (const wrong of [
    'host=smtp.example.org&port=99999&encryption=starttls',
    'host=smtp.example.org&port=587&encryption=none',
    'host=smtp.example.org&port=587&encryption=starttls&provider=unknown',
    'host=a%20b&port=587&encryption=starttls',
    'host=smtp.example.org&port=587&encryption=starttls&username=a%0Ab',
  ]) {
    await admin.goto(`/settings/mail/new?${wrong}`)
    await expect(field(admin, 'SMTP host')).toHaveValue('')
  }
  await admin.goto('/settings/mail/new?host=smtp.example.org&port=587&encryption=starttls')
  await expect(field(admin, 'SMTP host')).toHaveValue('smtp.example.org')
})
