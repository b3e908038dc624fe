import type { Page } from '@playwright/test'
import { addUser, choosePassword, expect, someone, test } from './fixtures/test'

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true })

async function save(page: Page, values: Record<string, string>) {
  await page.goto('/settings')
  for (const [label, value] of Object.entries(values)) {
    if (label === 'Default language') await field(page, label).selectOption(value)
    else await field(page, label).fill(value)
  }
  await page.getByRole('button', { name: 'Save settings' }).click()
}

const saved = (page: Page) => expect(page.getByRole('status').filter({ hasText: 'were saved' })).toBeVisible()

const usual = {
  'Installation name': 'Latchkey',
  'Support address': '',
  'Default language': 'English',
  'Minimum password length': '8',
  'Activation link lifetime (hours)': '72',
  'Reset link lifetime (hours)': '1',
  'Accent colour': '',
}

// The application is shared with other tests.
test.afterEach(async ({ as }) => {
  const page = await as('system_administrator')
  await save(page, usual)
  await saved(page)
})

test('the name, the support address and the length of passwords show where people meet them', async ({
  as,
  visitor,
}) => {
  const page = await as('system_administrator')
  await page.goto('/users')
  await page.getByRole('navigation').getByRole('link', { name: 'Settings', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings')
  await save(page, {
    'Installation name': 'Acme Accounts',
    'Support address': 'help@example.org',
    'Default language': 'Deutsch',
    'Minimum password length': '12',
    'Activation link lifetime (hours)': '1',
  })
  await saved(page)
  await expect(page.getByRole('navigation')).toContainText('Acme Accounts')
  await expect(page).toHaveTitle('Settings · Acme Accounts')

  await page.goto('/users/new')
  await expect(page.getByText('within one hour')).toBeVisible()
  await expect(field(page, 'Language')).toHaveValue('de')
  await addUser(page, someone(), 'Show activation link')
  const link = await field(page, 'Activation link').inputValue()

  const stranger = await visitor({ locale: 'fr-FR' })
  await stranger.goto('/login')
  await expect(stranger.locator('html')).toHaveAttribute('lang', 'de')

  const owner = await visitor()
  await owner.goto('/login')
  await expect(owner).toHaveTitle('Sign in · Acme Accounts')
  await expect(owner.getByRole('link', { name: 'help@example.org' })).toHaveAttribute(
    'href',
    'mailto:help@example.org',
  )
  await owner.goto('/activate/unknown')
  await expect(owner.getByRole('link', { name: 'help@example.org' })).toBeVisible()
  await owner.goto(link)
  await expect(owner.getByText('At least 12 characters.')).toBeVisible()
  const labels: [string, string] = ['Password', 'Confirm password']
  await choosePassword(owner, labels, 'eleven sign', 'Activate account')
  await expect(owner.getByText('Use at least 12 characters.')).toBeVisible()
  await choosePassword(owner, labels, 'three quiet words', 'Activate account')
  await expect(owner).toHaveURL(/\/profile/)
  await expect(owner.getByText('Mindestens 12 Zeichen.')).toBeVisible()
})

test('without JavaScript a wrong value is told at its field, and whoever saves over a newer change is told', async ({
  as,
  visitor,
}) => {
  const first = await as('system_administrator')
  const page = await visitor({ javaScriptEnabled: false })
  await page.context().addCookies(await first.context().cookies())
  await save(page, { 'Installation name': 'Mine', 'Minimum password length': '7' })
  await expect(page.getByText('Enter a whole number of characters from 8 to 128.')).toBeVisible()
  await expect(field(page, 'Minimum password length')).toHaveValue('7')
  await expect(field(page, 'Installation name')).toHaveValue('Mine')

  await save(first, { 'Installation name': 'Theirs' })
  await saved(first)
  await field(page, 'Minimum password length').fill('9')
  await page.getByRole('button', { name: 'Save settings' }).click()
  await expect(page.getByRole('alert')).toContainText('Somebody else has changed this')
  await expect(page.getByText('By now: Theirs')).toBeVisible()
  await page.getByRole('button', { name: 'Save settings' }).click()
  await saved(page)
  await expect(field(page, 'Installation name')).toHaveValue('Mine')
})
