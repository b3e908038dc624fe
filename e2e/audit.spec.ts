import { readFile } from 'node:fs/promises'
import { addUser, expect, openUser, signIn, someone, test } from './fixtures/test'

test('an administrator finds who did what, filters, and takes it along', async ({ as, visitor }) => {
  const page = await as('system_administrator')
  const anna = someone()
  await addUser(page, anna, 'Show activation link')
  await page.getByLabel('Activation link', { exact: true }).waitFor()
  await openUser(page, anna)
  await page.getByRole('button', { name: 'Disable account' }).click()
  await expect(page.getByRole('status')).toContainText('is disabled')

  const thief = await visitor()
  await thief.goto('/login')
  await thief.getByLabel('Email', { exact: true }).fill(anna)
  await thief.getByLabel('Password', { exact: true }).fill('a wrong password')
  await thief.getByRole('button', { name: 'Sign in' }).click()
  await expect(thief.getByRole('alert').first()).toBeVisible()

  await page.getByRole('link', { name: 'Audit', exact: true }).click()
  await page.getByLabel('Search audit', { exact: true }).fill(anna.toUpperCase())
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/q=/)
  const added = page.locator('[data-action="user.added"]')
  await expect(added).toHaveCount(1)
  await expect(added).toContainText('User added')
  await expect(added).toContainText('sysadmin@latchkey.test')
  await expect(page.getByText('State: Pending → Disabled')).toBeVisible()
  await expect(page.locator('[data-action="sign-in.failed"]')).toContainText('Sign-in failed')

  await page.getByRole('link', { name: 'Users', exact: true }).last().click()
  await expect(page.locator('[data-action="sign-in.failed"]')).toHaveCount(0)
  await expect(page).toHaveURL(/group=user/)
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export CSV' }).click()
  const csv = await readFile((await (await download).path()) ?? '', 'utf8')
  expect(csv.startsWith('\ufeffat,action,')).toBe(true)
  expect(csv).toContain(`,user.disabled,sysadmin@latchkey.test,`)
  expect(csv.trimEnd().split('\r\n')).toHaveLength(3)

  await added.getByRole('link', { name: anna }).click()
  await expect(page).toHaveURL(/\/users\//)
  await page.goto('/audit?group=settings')
  await expect(page.locator('[data-action="audit.exported"]').first()).toContainText('Audit exported')
})

test('a tenant administrator sees their own tenant, says nothing of retention, and customers see no audit', async ({
  as,
  visitor,
}) => {
  const page = await as('tenant_administrator')
  await page.goto('/audit')
  const signIns = page.locator('[data-action="sign-in.succeeded"]')
  await expect(signIns.filter({ hasText: 'tenant@latchkey.test' }).first()).toBeVisible()
  await expect(signIns.filter({ hasText: 'sysadmin@latchkey.test' })).toHaveCount(0)
  await expect(page.locator('[data-action="audit.exported"]')).toHaveCount(0)
  await expect(page.getByLabel('Keep events for (days)')).toBeHidden()

  const customer = await visitor()
  await signIn(customer, 'customer@latchkey.test', 'customer')
  expect((await customer.goto('/audit'))?.status()).toBe(404)
  await expect(customer.getByRole('link', { name: 'Audit', exact: true })).toHaveCount(0)
})

test('the audit is searched, filtered by time and exported without JavaScript', async ({ visitor }) => {
  const page = await visitor({ javaScriptEnabled: false })
  await signIn(page, 'sysadmin@latchkey.test', 'sysadmin')
  await page.goto('/audit')
  await page.getByLabel('Search audit', { exact: true }).fill('sysadmin@')
  await page.getByRole('button', { name: 'Search' }).click()
  await expect(page.locator('[data-action="sign-in.succeeded"]').first()).toBeVisible()
  await page.getByText('Filter by time').click()
  await page.getByLabel('To', { exact: true }).fill('2020-01-01')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await expect(page).toHaveURL(/q=.*to=2020-01-01/)
  await expect(page.locator('[data-action]')).toHaveCount(0)
  await page.goto('/audit')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export JSON lines' }).click()
  const lines = (await readFile((await (await download).path()) ?? '', 'utf8')).trimEnd().split('\n')
  // What it tells of itself is the newest.
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ action: 'audit.exported' })
})
